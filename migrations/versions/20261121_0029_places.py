"""Roles that hold at one location alone."""

revision = "20261121_0029"
down_revision = "20261121_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
