"""The wait list, offers of times that became free, and when a patient arrived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0024"
down_revision = "20261121_0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEFORE = ("visit", "summary", "notice", "answer")
AFTER = (*BEFORE, "offer")


def upgrade() -> None:
    _allow(AFTER)
    op.add_column("appointment", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    _waiting()
    _freed()
    _freed_offer()


def downgrade() -> None:
    for table in ("freed_offer", "freed", "waiting"):
        op.drop_table(table)
    op.drop_column("appointment", "arrived_at")
    op.execute("DELETE FROM seal WHERE obligation_id IN (SELECT id FROM obligation WHERE kind = 'offer')")
    op.execute("DELETE FROM obligation WHERE kind = 'offer'")
    _allow(BEFORE)


def _keys(table: str, **refers: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_{table}_{name}"), ondelete="RESTRICT")
            for name, of in refers.items()
        ),
    ]


def _indexed(table: str, *columns: str) -> None:
    for name in columns:
        op.create_index(f"ix_{table}_{name}", table, [name], unique=False)


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column(
            "single", sa.String(length=32), nullable=False, comment="what is wanted; empty where a later visit is"
        ),
        sa.Column("targets", DOCUMENT, nullable=False, comment="regions and sides that would be needled"),
        sa.Column("staff", DOCUMENT, nullable=False, comment="public ids of who would do; empty: anybody"),
        sa.Column("windows", DOCUMENT, nullable=False, comment="[weekday, from minute, until minute]; empty: any time"),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("urgency IN ('routine', 'soon', 'urgent')", name=op.f("ck_waiting_urgency")),
        sa.CheckConstraint("state IN ('open', 'placed', 'closed')", name=op.f("ck_waiting_state")),
        sa.CheckConstraint("notice_hours BETWEEN 0 AND 336", name=op.f("ck_waiting_notice_hours")),
        *_keys("waiting", patient_id="patient", location_id="location", appointment_id="appointment"),
    )
    _indexed("waiting", "patient_id", "location_id", "appointment_id")
    op.create_index("ix_waiting_state", "waiting", ["state", "location_id"], unique=False)


def _freed() -> None:
    op.create_table(
        "freed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("held_id", KEY, nullable=True),
        sa.Column("starts_tick", sa.Integer(), nullable=False),
        sa.Column("ends_tick", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('open', 'offered', 'closed')", name=op.f("ck_freed_state")),
        sa.CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name=op.f("ck_freed_order")),
        *_keys("freed", location_id="location", staff_id="staff", held_id="appointment"),
    )
    _indexed("freed", "location_id", "staff_id", "held_id")
    op.create_index("ix_freed_state", "freed", ["state", "starts_tick"], unique=False)


def _freed_offer() -> None:
    op.create_table(
        "freed_offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("freed_id", KEY, nullable=False),
        sa.Column("waiting_id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("starts_tick", sa.Integer(), nullable=False),
        sa.Column("ends_tick", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("way IN ('mail', 'call')", name=op.f("ck_freed_offer_way")),
        sa.CheckConstraint(
            "outcome IN ('open', 'tried', 'accepted', 'refused', 'expired', 'taken')",
            name=op.f("ck_freed_offer_outcome"),
        ),
        sa.CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name=op.f("ck_freed_offer_order")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_freed_offer_token_hash")),
        *_keys("freed_offer", freed_id="freed", waiting_id="waiting", patient_id="patient"),
    )
    _indexed("freed_offer", "freed_id", "waiting_id", "patient_id")


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
    _obligation("obligation_anew", allowed)
    op.execute("INSERT INTO obligation_anew SELECT * FROM obligation")
    op.execute("DROP TABLE obligation")
    op.execute("ALTER TABLE obligation_anew RENAME TO obligation")
    op.create_index("ix_obligation_due", "obligation", ["state", "due_at"])
    _indexed("obligation", "patient_id", "appointment_id")
    owed = {"unique": True, "sqlite_where": sa.text("state = 'owed'")}
    op.create_index("uq_obligation_owed", "obligation", ["uid", "recipient"], **owed)


def _obligation(name: str, allowed: str) -> None:
    keys = ["patient_id", "appointment_id"]
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
        *_keys("obligation", **{each: each.removesuffix("_id") for each in keys}),
    )
