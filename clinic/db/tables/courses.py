"""Protocols, plans, their phases, sessions and components."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document

protocol = Table(
    "protocol",
    metadata,
    key(),
    public_id(),
    Column("key", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("title", String(NAME), nullable=False),
    Column("body", Document, nullable=False),
    Column("shipped", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
    at("revised_at", nullable=True),
    Column("actor", String(64), nullable=False, server_default=""),
    Column("why", String(NAME), nullable=False, server_default=""),
    UniqueConstraint("key", "revision"),
)

plan = Table(
    "plan",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("location_id", "location"),
    refers("lead_staff_id", "staff", nullable=True),
    Column("protocol_key", String(64), nullable=False),
    Column("protocol_revision", Integer, nullable=False),
    Column("protocol", Document, nullable=False, comment="the protocol as copied and then edited"),
    Column("title", String(NAME), nullable=False),
    Column("status", String(16), nullable=False),
    Column("goals", Text, nullable=False, server_default=""),
    Column("factors", Text, nullable=False, server_default="", comment="what contributes to the complaint"),
    Column("preferences", Document, nullable=False),
    Column("earliest_on", Date, nullable=False),
    Column("start_within_days", Integer, nullable=False),
    Column("latest_on", Date, nullable=True),
    Column("authorised_visits", Integer, nullable=True),
    Column("authorised_until", Date, nullable=True),
    Column("cap", Integer, nullable=True, comment="needling sessions before a review"),
    at("created_at"),
    version(),
    one_of("status", "draft", "offered", "active", "completed", "stopped"),
)

plan_target = Table(
    "plan_target",
    metadata,
    key(),
    refers("plan_id", "plan"),
    Column("region", String(32), nullable=False),
    Column("side", String(16), nullable=False),
    Column("muscle", String(64), nullable=False, server_default=""),
    one_of("side", "left", "right", "both", "midline"),
)

plan_phase = Table(
    "plan_phase",
    metadata,
    key(),
    refers("plan_id", "plan"),
    Column("ordinal", Integer, nullable=False),
    Column("name", String(64), nullable=False),
    Column("gap_min", Integer, nullable=False),
    Column("gap_ideal", Integer, nullable=False),
    Column("gap_max", Integer, nullable=False),
    Column("floor_hours", Integer, nullable=True),
    Column("anchor", String(20), nullable=False),
    Column("release", String(16), nullable=False, comment="always, or released by a decision"),
    at("released_at", nullable=True),
    UniqueConstraint("plan_id", "ordinal"),
    one_of("anchor", "previous-session", "previous-needling"),
    one_of("release", "always", "released"),
    CheckConstraint("0 <= gap_min AND gap_min <= gap_ideal AND gap_ideal <= gap_max", name="gaps"),
)

plan_session = Table(
    "plan_session",
    metadata,
    key(),
    public_id(),
    refers("plan_id", "plan"),
    refers("phase_id", "plan_phase", nullable=True),
    Column("ordinal", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("offset_days", Integer, nullable=True, comment="a dated review: days after the first session"),
    Column("reassess", Boolean, nullable=False),
    at("reassessed_at", nullable=True),
    Column("outcome", String(16), nullable=True, comment="what the reassessment decided"),
    UniqueConstraint("plan_id", "ordinal"),
    one_of("kind", "treatment", "review"),
    one_of("outcome", "continue", "shorten", "stop"),
)

session_gap = Table(
    "session_gap",
    metadata,
    key(),
    refers("session_id", "plan_session", index=False),
    Column("days", Integer, nullable=False, comment="at least, from the visit before"),
    Column("reason", String(NAME), nullable=False),
    Column("actor", String(64), nullable=False),
    at("at"),
    UniqueConstraint("session_id"),
    CheckConstraint("days BETWEEN 1 AND 365", name="days"),
)

component = Table(
    "component",
    metadata,
    key(),
    refers("session_id", "plan_session"),
    Column("ordinal", Integer, nullable=False),
    Column("modality", String(32), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("skill", String(64), nullable=False, server_default=""),
    Column("capability", String(32), nullable=False, server_default=""),
    Column("setup_minutes", Integer, nullable=False, server_default="0"),
    Column("cleanup_minutes", Integer, nullable=False, server_default="0"),
    Column("wait_minutes", Integer, nullable=False, server_default="0", comment="longest wait before it"),
    Column("apart", Boolean, nullable=False, server_default=false()),
    Column("remote", Boolean, nullable=False, server_default=false()),
    Column("muscles", Document, nullable=False, server_default="[]"),
    UniqueConstraint("session_id", "ordinal"),
    CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
    CheckConstraint("setup_minutes BETWEEN 0 AND 60 AND cleanup_minutes BETWEEN 0 AND 60", name="around"),
    CheckConstraint("wait_minutes BETWEEN 0 AND 15", name="wait"),
)

outside_treatment = Table(
    "outside_treatment",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("on_day", Date, nullable=False),
    Column("region", String(32), nullable=False),
    Column("side", String(16), nullable=False),
    Column("told_by", String(NAME), nullable=False, server_default=""),
    at("recorded_at"),
    Index("ix_outside_treatment_on_day", "patient_id", "on_day"),
)
