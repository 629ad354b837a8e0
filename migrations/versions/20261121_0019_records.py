"""Session records, measures and adverse events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0019"
down_revision = "20261121_0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DRAFT = "as typed; what counts once signed is a version"
SIGNING = "who signed, by which credentials and consent"

SQLITE = {
    "record_guard_update": "BEFORE UPDATE ON record_version BEGIN SELECT RAISE(ABORT, 'record_is_signed'); END",
    "record_guard_delete": "BEFORE DELETE ON record_version BEGIN SELECT RAISE(ABORT, 'record_is_signed'); END",
}
POSTGRESQL_UP = (
    """CREATE FUNCTION record_is_signed() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'record_is_signed'; END$$""",
    """CREATE TRIGGER record_guard BEFORE UPDATE OR DELETE ON record_version
        FOR EACH ROW EXECUTE FUNCTION record_is_signed()""",
)
POSTGRESQL_DOWN = ("DROP TRIGGER record_guard ON record_version", "DROP FUNCTION record_is_signed()")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    with op.batch_alter_table("record") as record:
        record.add_column(sa.Column("appointment_id", KEY, nullable=True))
        record.add_column(sa.Column("draft", DOCUMENT, server_default="{}", nullable=False, comment=DRAFT))
        record.add_column(sa.Column("draft_by", sa.String(length=64), server_default="", nullable=False))
        record.add_column(sa.Column("drafted_at", INSTANT, nullable=True))
        record.create_foreign_key(
            op.f("fk_record_appointment_id"), "appointment", ["appointment_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_index("uq_record_appointment", "record", ["appointment_id"], unique=True)
    reason = sa.Column("reason", sa.String(length=200), server_default="", nullable=False, comment="why it was amended")
    op.add_column("record_version", reason)
    op.add_column(
        "record_version", sa.Column("signing", DOCUMENT, server_default="{}", nullable=False, comment=SIGNING)
    )
    _guard()
    _response()
    _measure()
    _adverse_event()


def _guard() -> None:
    if _sqlite():
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for statement in POSTGRESQL_UP:
        op.execute(statement)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="RESTRICT")


def _response() -> None:
    op.create_table(
        "response",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False, comment="after the visit"),
        sa.Column("pain", sa.Integer(), nullable=True, comment="NPRS"),
        sa.Column("soreness", sa.Integer(), nullable=True, comment="where the needles were, NPRS"),
        sa.Column("signs", DOCUMENT, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.CheckConstraint("hours BETWEEN 0 AND 2000", name=op.f("ck_response_hours")),
        sa.CheckConstraint("pain BETWEEN 0 AND 10", name=op.f("ck_response_pain")),
        sa.CheckConstraint("soreness BETWEEN 0 AND 10", name=op.f("ck_response_soreness")),
        _refers("response", "appointment_id", "appointment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    op.create_index("ix_response_appointment_id", "response", ["appointment_id"], unique=False)


def _measure() -> None:
    op.create_table(
        "measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False, comment="the value in tenths"),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        _refers("measure", "plan_id", "plan"),
        _refers("measure", "session_id", "plan_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("plan_id", "name", "on_day", name=op.f("uq_measure_plan_id_name_on_day")),
    )
    op.create_index("ix_measure_session_id", "measure", ["session_id"], unique=False)


def _adverse_event() -> None:
    def yes(name: str, comment: str | None = None) -> sa.Column[bool]:
        return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False, comment=comment)

    def words(name: str, length: int) -> sa.Column[str]:
        return sa.Column(name, sa.String(length=length), server_default="", nullable=False)

    op.create_table(
        "adverse_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        words("region", 32),
        words("side", 16),
        sa.Column("onset_at", INSTANT, nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False, comment="what was done about it"),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        yes("hospital"),
        yes("physician"),
        yes("alarm", "a named member of staff has to know"),
        yes("incident"),
        words("jurisdiction", 20),
        sa.Column("report_by", sa.Date(), nullable=True, comment="none where no deadline was found"),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        words("acknowledged_by", 64),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        words("closed_by", 64),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("grade IN ('mild', 'moderate', 'severe', 'serious')", name=op.f("ck_adverse_event_grade")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_adverse_event_status")),
        _refers("adverse_event", "patient_id", "patient"),
        _refers("adverse_event", "appointment_id", "appointment"),
        _refers("adverse_event", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event")),
        sa.UniqueConstraint("public_id", name=op.f("uq_adverse_event_public_id")),
    )
    for column in ("patient_id", "appointment_id", "staff_id"):
        op.create_index(f"ix_adverse_event_{column}", "adverse_event", [column], unique=False)
    op.create_index("ix_adverse_event_status", "adverse_event", ["status", "recorded_at"], unique=False)


def downgrade() -> None:
    op.drop_table("adverse_event")
    op.drop_table("measure")
    op.drop_table("response")
    if _sqlite():
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for statement in POSTGRESQL_DOWN:
            op.execute(statement)
    op.drop_column("record_version", "signing")
    op.drop_column("record_version", "reason")
    op.drop_index("uq_record_appointment", table_name="record")
    with op.batch_alter_table("record") as record:
        record.drop_constraint("fk_record_appointment_id", type_="foreignkey")
        for name in ("appointment_id", "drafted_at", "draft_by", "draft"):
            record.drop_column(name)
