"""Notes of the practice's own."""

revision = "20261121_0016"
down_revision = "20261121_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
