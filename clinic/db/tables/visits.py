"""Appointments, their segments, and the claims that hold time."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, UniqueConstraint, text

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document, Tick

LIVE = "status NOT IN ('cancelled', 'released', 'no_show')"

appointment = Table(
    "appointment",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("location_id", "location"),
    refers("session_id", "plan_session", nullable=True, index=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("starts_tick", Tick, nullable=False),
    Column("ends_tick", Tick, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("wall", String(16), nullable=False, comment="local wall time as promised, 2026-11-23T10:00"),
    Column("fold", Integer, nullable=False, server_default="0"),
    Column("tzdata", String(16), nullable=False),
    Column("needles", Boolean, nullable=False),
    Column("targets", Document, nullable=False, comment="regions and sides that are needled"),
    Column("uid", String(120), nullable=False, unique=True),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("timed_sequence", Integer, nullable=False, server_default="0"),
    Column("answer", String(16), nullable=False, server_default="none"),
    Column("cancel_reason", String(NAME), nullable=False, server_default=""),
    at("hold_until", nullable=True),
    at("created_at"),
    at("revised_at"),
    at("arrived_at", nullable=True),
    version(),
    CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name="order"),
    one_of("kind", "session", "assessment", "single", "review", "class"),
    one_of("answer", "none", "accepted", "declined", "tentative"),
    one_of(
        "status",
        "held",
        "pencilled",
        "booked",
        "confirmed",
        "arrived",
        "in_session",
        "done",
        "no_show",
        "cancelled",
        "released",
    ),
    Index("ix_appointment_starts_tick", "starts_tick"),
    Index("ix_appointment_patient_starts", "patient_id", "starts_tick"),
    Index(
        "uq_appointment_live_session",
        "session_id",
        unique=True,
        sqlite_where=text(LIVE),
        postgresql_where=text(LIVE),
    ),
)

segment = Table(
    "segment",
    metadata,
    key(),
    refers("appointment_id", "appointment"),
    Column("ordinal", Integer, nullable=False),
    refers("staff_id", "staff", nullable=True),
    refers("room_id", "room", nullable=True),
    Column("starts_tick", Tick, nullable=False),
    Column("ends_tick", Tick, nullable=False),
    Column("setup_ticks", Integer, nullable=False, server_default="0"),
    Column("cleanup_ticks", Integer, nullable=False, server_default="0"),
    Column("modalities", Document, nullable=False),
    CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name="order"),
    UniqueConstraint("appointment_id", "ordinal"),
)

claim = Table(
    "claim",
    metadata,
    key(),
    refers("resource_id", "resource", index=False),
    Column("starts", Tick, nullable=False),
    Column("ends", Tick, nullable=False),
    refers("segment_id", "segment"),
    Column("active", Boolean, nullable=False),
    CheckConstraint("0 <= starts AND starts < ends", name="order"),
    Index("ix_claim_resource_starts", "resource_id", "starts", "ends", "active"),
)

override = Table(
    "override",
    metadata,
    key(),
    refers("patient_id", "patient"),
    refers("plan_id", "plan", nullable=True),
    refers("appointment_id", "appointment", nullable=True),
    Column("rule", Integer, nullable=False),
    Column("code", String(64), nullable=False),
    Column("reason", String(NAME), nullable=False),
    Column("actor", String(64), nullable=False),
    at("at"),
    Column("answers", Integer, nullable=False, server_default="0", comment="the version of the screening it rests on"),
)
