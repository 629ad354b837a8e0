"""How patients say they are after a visit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0028"
down_revision = "20261121_0027"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
HOURS = "which check-in, after the visit's end"
NUMBER = "1 answers it; a later one amends"
QUESTIONS = "the version of what was asked"

SQLITE = {
    "check_in_guard_update": "BEFORE UPDATE ON check_in BEGIN SELECT RAISE(ABORT, 'check_in_is_given'); END",
    "check_in_guard_delete": "BEFORE DELETE ON check_in BEGIN SELECT RAISE(ABORT, 'check_in_is_given'); END",
}
POSTGRESQL = (
    """CREATE FUNCTION check_in_is_given() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'check_in_is_given'; END$$""",
    """CREATE TRIGGER check_in_guard BEFORE UPDATE OR DELETE ON check_in
        FOR EACH ROW EXECUTE FUNCTION check_in_is_given()""",
)


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_check_in_{column}"), ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "check_in",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("response_id", KEY, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False, comment=HOURS),
        sa.Column("number", sa.Integer(), nullable=False, comment=NUMBER),
        sa.Column("questions", sa.Integer(), nullable=False, comment=QUESTIONS),
        sa.Column("language", sa.String(length=16), nullable=False, comment="in which it was asked"),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hours IN (24, 48, 72)", name=op.f("ck_check_in_hours")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_check_in_number")),
        _refers("appointment_id", "appointment"),
        _refers("response_id", "response"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("appointment_id", "hours", "number", name=op.f("uq_check_in_appointment_id_hours_number")),
    )
    op.create_index("ix_check_in_response_id", "check_in", ["response_id"], unique=False)
    for statement in _guards():
        op.execute(statement)


def _guards() -> tuple[str, ...]:
    return tuple(f"CREATE TRIGGER {name} {body}" for name, body in SQLITE.items()) if _sqlite() else POSTGRESQL


def downgrade() -> None:
    op.drop_table("check_in")
    if not _sqlite():
        op.execute("DROP FUNCTION check_in_is_given()")
