"""Protocols that are edited and retired, offers, home programmes."""

revision = "20261121_0020"
down_revision = "20261121_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
