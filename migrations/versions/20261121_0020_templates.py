"""Protocols that are edited and retired, offers, intake, expectations and home programmes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0020"
down_revision = "20261121_0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("protocol", sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("protocol", sa.Column("actor", sa.String(length=64), server_default="", nullable=False))
    op.add_column("protocol", sa.Column("why", sa.String(length=200), server_default="", nullable=False))
    _offer()
    _intake()
    _expectation()
    _exercise()


def _of_plan(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f(f"fk_{table}_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _offer() -> None:
    op.create_table(
        "plan_offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("booked_through", sa.Integer(), nullable=False, comment="sessions up to it are booked when accepted"),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("accepted_by", sa.String(length=200), server_default="", nullable=False, comment="who said yes"),
        sa.Column("how", sa.String(length=16), server_default="", nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'accepted', 'declined', 'expired')", name=op.f("ck_plan_offer_outcome")
        ),
        sa.CheckConstraint("how IN ('', 'phone', 'here', 'message')", name=op.f("ck_plan_offer_how")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_offer_plan_id")),
        *_of_plan("plan_offer"),
    )


def _intake() -> None:
    op.create_table(
        "plan_intake",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("complaint", sa.Text(), server_default="", nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True, comment="NPRS, 0 to 10"),
        sa.Column("duration", sa.String(length=200), server_default="", nullable=False),
        sa.Column("health", sa.Text(), server_default="", nullable=False),
        sa.Column("factors", DOCUMENT, nullable=False, comment="what contributes, by name"),
        sa.CheckConstraint("severity BETWEEN 0 AND 10", name=op.f("ck_plan_intake_severity")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_intake_plan_id")),
        *_of_plan("plan_intake"),
    )


def _expectation() -> None:
    op.create_table(
        "plan_expectation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False, comment="as it was shown"),
        sa.Column("acknowledged_by", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_of_plan("plan_expectation"),
    )
    op.create_index("ix_plan_expectation_plan_id", "plan_expectation", ["plan_id"], unique=False)


def _exercise() -> None:
    op.create_table(
        "plan_exercise",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sets", sa.Integer(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("days_a_week", sa.Integer(), nullable=False),
        sa.Column("tendon", sa.Boolean(), nullable=False, comment="the pain rule is printed with it"),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("sets BETWEEN 1 AND 20", name=op.f("ck_plan_exercise_sets")),
        sa.CheckConstraint("repetitions BETWEEN 1 AND 200", name=op.f("ck_plan_exercise_repetitions")),
        sa.CheckConstraint("days_a_week BETWEEN 1 AND 7", name=op.f("ck_plan_exercise_days")),
        sa.UniqueConstraint("plan_id", "ordinal", name=op.f("uq_plan_exercise_plan_id_ordinal")),
        *_of_plan("plan_exercise"),
    )


def downgrade() -> None:
    for table in ("plan_exercise", "plan_expectation", "plan_intake", "plan_offer"):
        op.drop_table(table)
    for name in ("why", "actor", "revised_at"):
        op.drop_column("protocol", name)
