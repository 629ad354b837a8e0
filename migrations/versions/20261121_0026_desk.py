"""Nothing yet."""

revision = "20261121_0026"
down_revision = "20261121_0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
