"""Nothing yet."""

revision = "20261121_0027"
down_revision = "20261121_0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
