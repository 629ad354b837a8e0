"""Nothing yet."""

revision = "20261121_0022"
down_revision = "20261121_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
