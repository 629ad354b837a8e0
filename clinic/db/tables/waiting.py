"""The wait list: who waits for what, times that became free, and to whom they were offered."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, String, Table

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Digest, Document, Tick

waiting = Table(
    "waiting",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("location_id", "location"),
    refers("appointment_id", "appointment", nullable=True),
    Column("single", String(32), nullable=False, comment="what is wanted; empty where a later visit is"),
    Column("targets", Document, nullable=False, comment="regions and sides that would be needled"),
    Column("staff", Document, nullable=False, comment="public ids of who would do; empty: anybody"),
    Column("windows", Document, nullable=False, comment="[weekday, from minute, until minute]; empty: any time"),
    Column("urgency", String(16), nullable=False),
    Column("notice_hours", Integer, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=True),
    Column("note", String(NAME), nullable=False, server_default=""),
    Column("state", String(16), nullable=False, server_default="open"),
    at("since"),
    Column("listed_by", String(64), nullable=False),
    at("ended_at", nullable=True),
    version(),
    one_of("urgency", "routine", "soon", "urgent"),
    one_of("state", "open", "placed", "closed"),
    CheckConstraint("notice_hours BETWEEN 0 AND 336", name="notice_hours"),
    Index("ix_waiting_state", "state", "location_id"),
)

freed = Table(
    "freed",
    metadata,
    key(),
    public_id(),
    refers("location_id", "location"),
    refers("staff_id", "staff"),
    refers("held_id", "appointment", nullable=True),
    Column("starts_tick", Tick, nullable=False),
    Column("ends_tick", Tick, nullable=False),
    Column("state", String(16), nullable=False, server_default="open"),
    at("freed_at"),
    at("hold_until", nullable=True),
    version(),
    one_of("state", "open", "offered", "closed"),
    CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name="order"),
    Index("ix_freed_state", "state", "starts_tick"),
)

freed_offer = Table(
    "freed_offer",
    metadata,
    key(),
    public_id(),
    refers("freed_id", "freed"),
    refers("waiting_id", "waiting"),
    refers("patient_id", "patient"),
    Column("way", String(16), nullable=False),
    Column("starts_tick", Tick, nullable=False),
    Column("ends_tick", Tick, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("token_hash", Digest, nullable=True, unique=True),
    at("offered_at"),
    Column("offered_by", String(64), nullable=False),
    at("expires_at", nullable=True),
    at("settled_at", nullable=True),
    Column("settled_by", String(64), nullable=False, server_default=""),
    Column("note", String(NAME), nullable=False, server_default=""),
    version(),
    one_of("way", "mail", "call"),
    one_of("outcome", "open", "tried", "accepted", "refused", "expired", "taken"),
    CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name="order"),
)
