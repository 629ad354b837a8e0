"""Nothing yet."""

revision = "20261121_0023"
down_revision = "20261121_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
