"""Letters about several visits, and what a patient wants to be told and how."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0012"
down_revision = "20261121_0011"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = ("visit", "summary")
AFTER = (*BEFORE, "notice", "answer")
PATIENT = {
    "channel": "VARCHAR(16) DEFAULT 'mail' NOT NULL CONSTRAINT ck_patient_channel"
    " CHECK (channel IN ('mail', 'text', 'paper'))",
    "reminder_hours": "INTEGER CONSTRAINT ck_patient_reminder_hours CHECK (reminder_hours BETWEEN 0 AND 168)",
}
PRACTICE = {
    "reminder_hours": "INTEGER DEFAULT 24 NOT NULL CONSTRAINT ck_practice_reminder_hours"
    " CHECK (reminder_hours BETWEEN 0 AND 168)",
}


def upgrade() -> None:
    _allow(AFTER)
    for table, columns in (("patient", PATIENT), ("practice", PRACTICE)):
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")
    op.add_column("patient", sa.Column("aftercare", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("patient", sa.Column("follow_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("seal", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("seal", "expires_at")
    for name in ("follow_up", "aftercare", *PATIENT):
        op.drop_column("patient", name)
    for name in PRACTICE:
        op.drop_column("practice", name)
    op.execute(
        "DELETE FROM seal WHERE obligation_id IN (SELECT id FROM obligation WHERE kind NOT IN ('visit', 'summary'))"
    )
    op.execute("DELETE FROM obligation WHERE kind NOT IN ('visit', 'summary')")
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    """Let what is owed be of these kinds. SQLite cannot change a check: the table is written anew, under its name."""
    allowed = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_obligation_kind"), "obligation", type_="check")
        op.create_check_constraint(op.f("ck_obligation_kind"), "obligation", allowed)
        return
    op.execute("DROP INDEX uq_obligation_owed")
    for name in ("due", "patient_id", "appointment_id"):
        op.execute(f"DROP INDEX ix_obligation_{name}")
    _create("obligation_anew", allowed)
    op.execute("INSERT INTO obligation_anew SELECT * FROM obligation")
    op.execute("DROP TABLE obligation")
    op.execute("ALTER TABLE obligation_anew RENAME TO obligation")
    op.create_index("ix_obligation_due", "obligation", ["state", "due_at"])
    op.create_index("ix_obligation_patient_id", "obligation", ["patient_id"])
    op.create_index("ix_obligation_appointment_id", "obligation", ["appointment_id"])
    op.create_index(
        "uq_obligation_owed", "obligation", ["uid", "recipient"], unique=True, sqlite_where=sa.text("state = 'owed'")
    )


def _create(name: str, allowed: str) -> None:
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.CheckConstraint(allowed, name=op.f("ck_obligation_kind")),
        sa.CheckConstraint("state IN ('owed', 'dropped', 'sealed')", name=op.f("ck_obligation_state")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_obligation_appointment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_obligation_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_obligation_public_id")),
    )
