"""Longer gaps that a therapist asked for, kept with the plan."""

revision = "20261121_0013"
down_revision = "20261121_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
