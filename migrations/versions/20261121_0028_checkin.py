"""How patients say they are after a visit."""

revision = "20261121_0028"
down_revision = "20261121_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
