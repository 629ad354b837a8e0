"""Session records with their signed versions, what patients tell afterwards, measures and adverse events.

Check-ins that were answered never change: who has more to say answers again.
"""

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

record = Table(
    "record",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("plan_id", "plan", nullable=True),
    refers("appointment_id", "appointment", nullable=True, index=False),
    Column("status", String(16), nullable=False),
    Column(
        "draft", Document, nullable=False, server_default="{}", comment="as typed; what counts once signed is a version"
    ),
    Column("draft_by", String(64), nullable=False, server_default=""),
    at("drafted_at", nullable=True),
    version(),
    one_of("status", "open", "signed"),
    Index("uq_record_appointment", "appointment_id", unique=True),
)

record_version = Table(
    "record_version",
    metadata,
    key(),
    refers("record_id", "record"),
    Column("number", Integer, nullable=False),
    Column("body", Document, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", String(NAME), nullable=False, server_default="", comment="why it was amended"),
    Column(
        "signing", Document, nullable=False, server_default="{}", comment="who signed, by which credentials and consent"
    ),
    Column("actor", String(64), nullable=False),
    at("written_at"),
    UniqueConstraint("record_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)

response = Table(
    "response",
    metadata,
    key(),
    refers("appointment_id", "appointment"),
    Column("hours", Integer, nullable=False, comment="after the visit"),
    Column("pain", Integer, nullable=True, comment="NPRS"),
    Column("soreness", Integer, nullable=True, comment="where the needles were, NPRS"),
    Column("signs", Document, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("actor", String(64), nullable=False),
    at("told_at"),
    CheckConstraint("hours BETWEEN 0 AND 2000", name="hours"),
    CheckConstraint("pain BETWEEN 0 AND 10", name="pain"),
    CheckConstraint("soreness BETWEEN 0 AND 10", name="soreness"),
)

measure = Table(
    "measure",
    metadata,
    key(),
    refers("plan_id", "plan", index=False),
    refers("session_id", "plan_session", nullable=True),
    Column("name", String(32), nullable=False),
    Column("tenths", Integer, nullable=False, comment="the value in tenths"),
    Column("note", String(NAME), nullable=False, server_default=""),
    Column("on_day", Date, nullable=False),
    Column("actor", String(64), nullable=False),
    at("written_at"),
    UniqueConstraint("plan_id", "name", "on_day"),
)

adverse_event = Table(
    "adverse_event",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("appointment_id", "appointment", nullable=True),
    refers("staff_id", "staff", nullable=True),
    Column("kind", String(32), nullable=False),
    Column("grade", String(16), nullable=False),
    Column("region", String(32), nullable=False, server_default=""),
    Column("side", String(16), nullable=False, server_default=""),
    at("onset_at"),
    Column("action", Text, nullable=False, server_default="", comment="what was done about it"),
    Column("note", Text, nullable=False, server_default=""),
    Column("hospital", Boolean, nullable=False, server_default=false()),
    Column("physician", Boolean, nullable=False, server_default=false()),
    Column("alarm", Boolean, nullable=False, server_default=false(), comment="a named member of staff has to know"),
    Column("incident", Boolean, nullable=False, server_default=false()),
    Column("jurisdiction", String(20), nullable=False, server_default=""),
    Column("report_by", Date, nullable=True, comment="none where no deadline was found"),
    Column("status", String(16), nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("actor", String(64), nullable=False),
    at("recorded_at"),
    Column("acknowledged_by", String(64), nullable=False, server_default=""),
    at("acknowledged_at", nullable=True),
    Column("closed_by", String(64), nullable=False, server_default=""),
    at("closed_at", nullable=True),
    version(),
    one_of("grade", "mild", "moderate", "severe", "serious"),
    one_of("status", "open", "closed"),
    Index("ix_adverse_event_status", "status", "recorded_at"),
)

check_in = Table(
    "check_in",
    metadata,
    key(),
    refers("appointment_id", "appointment", index=False),
    refers("response_id", "response"),
    Column("hours", Integer, nullable=False, comment="which check-in, after the visit's end"),
    Column("number", Integer, nullable=False, comment="1 answers it; a later one amends"),
    Column("questions", Integer, nullable=False, comment="the version of what was asked"),
    Column("language", String(16), nullable=False, comment="in which it was asked"),
    Column("answers", Document, nullable=False),
    Column("alarm", Boolean, nullable=False),
    Column("actor", String(64), nullable=False),
    at("given_at"),
    UniqueConstraint("appointment_id", "hours", "number"),
    CheckConstraint("hours IN (24, 48, 72)", name="hours"),
    CheckConstraint("number >= 1", name="number"),
)
