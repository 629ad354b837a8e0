"""Screening, consent, and what overrides cover."""

revision = "20261121_0018"
down_revision = "20261121_0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
