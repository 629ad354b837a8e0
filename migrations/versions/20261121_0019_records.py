"""Session records, measures and adverse events."""

revision = "20261121_0019"
down_revision = "20261121_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
