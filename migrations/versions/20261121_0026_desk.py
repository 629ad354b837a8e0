"""Who pays for a course."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0026"
down_revision = "20261121_0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan_payer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False, server_default="", comment="of the authorisation"),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_payer_plan_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_payer_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_payer")),
    )


def downgrade() -> None:
    op.drop_table("plan_payer")
