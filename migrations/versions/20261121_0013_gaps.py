"""Longer gaps that a therapist asked for, kept with the plan."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0013"
down_revision = "20261121_0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "session_gap",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False, comment="at least, from the visit before"),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name=op.f("ck_session_gap_days")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["plan_session.id"], name=op.f("fk_session_gap_session_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_gap")),
        sa.UniqueConstraint("session_id", name=op.f("uq_session_gap_session_id")),
    )


def downgrade() -> None:
    op.drop_table("session_gap")
