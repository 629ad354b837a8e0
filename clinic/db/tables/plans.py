"""What goes with a plan: how it was offered, what was told and asked before it, what is done at home, who pays."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table, Text, UniqueConstraint

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, refers
from clinic.db.types import Document

plan_offer = Table(
    "plan_offer",
    metadata,
    key(),
    refers("plan_id", "plan", index=False),
    Column("booked_through", Integer, nullable=False, comment="sessions up to it are booked when accepted"),
    at("hold_until"),
    at("offered_at"),
    Column("offered_by", String(64), nullable=False),
    Column("outcome", String(16), nullable=False, server_default="open"),
    at("settled_at", nullable=True),
    Column("settled_by", String(64), nullable=False, server_default=""),
    Column("accepted_by", String(NAME), nullable=False, server_default="", comment="who said yes"),
    Column("how", String(16), nullable=False, server_default=""),
    UniqueConstraint("plan_id"),
    one_of("outcome", "open", "accepted", "declined", "expired"),
    one_of("how", "", "phone", "here", "message"),
)

plan_intake = Table(
    "plan_intake",
    metadata,
    key(),
    refers("plan_id", "plan", index=False),
    Column("complaint", Text, nullable=False, server_default=""),
    Column("severity", Integer, nullable=True, comment="NPRS, 0 to 10"),
    Column("duration", String(NAME), nullable=False, server_default=""),
    Column("health", Text, nullable=False, server_default=""),
    Column("factors", Document, nullable=False, comment="what contributes, by name"),
    UniqueConstraint("plan_id"),
    CheckConstraint("severity BETWEEN 0 AND 10", name="severity"),
)

plan_expectation = Table(
    "plan_expectation",
    metadata,
    key(),
    refers("plan_id", "plan"),
    Column("text_version", Integer, nullable=False),
    Column("said", Text, nullable=False, comment="as it was shown"),
    Column("acknowledged_by", String(NAME), nullable=False),
    Column("actor", String(64), nullable=False),
    at("at"),
)

plan_exercise = Table(
    "plan_exercise",
    metadata,
    key(),
    refers("plan_id", "plan", index=False),
    Column("ordinal", Integer, nullable=False),
    Column("name", String(NAME), nullable=False),
    Column("sets", Integer, nullable=False),
    Column("repetitions", Integer, nullable=False),
    Column("days_a_week", Integer, nullable=False),
    Column("tendon", Boolean, nullable=False, comment="the pain rule is printed with it"),
    Column("note", String(NAME), nullable=False, server_default=""),
    UniqueConstraint("plan_id", "ordinal"),
    CheckConstraint("sets BETWEEN 1 AND 20", name="sets"),
    CheckConstraint("repetitions BETWEEN 1 AND 200", name="repetitions"),
    CheckConstraint("days_a_week BETWEEN 1 AND 7", name="days"),
)

plan_payer = Table(
    "plan_payer",
    metadata,
    key(),
    refers("plan_id", "plan", index=False),
    Column("payer", String(NAME), nullable=False),
    Column("number", String(64), nullable=False, server_default="", comment="of the authorisation"),
    UniqueConstraint("plan_id"),
)
