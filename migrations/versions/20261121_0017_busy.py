"""Therapists' own calendars."""

revision = "20261121_0017"
down_revision = "20261121_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
