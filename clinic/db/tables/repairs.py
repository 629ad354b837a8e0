"""Repairs of what a trouble has broken, and courses that were handed over."""

from sqlalchemy import Column, Index, Integer, String, Table

from clinic.db.tables.meta import at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document

repair = Table(
    "repair",
    metadata,
    key(),
    public_id(),
    Column("trouble", Document, nullable=False),
    Column("status", String(16), nullable=False),
    Column("objective", Integer, nullable=False),
    Column("bound", Integer, nullable=False),
    Column("seconds", Integer, nullable=False, server_default="0"),
    Column("proposal", Document, nullable=False),
    at("created_at"),
    Column("actor", String(64), nullable=False),
    version(),
    one_of("status", "proposed", "solving", "optimal", "stopped", "applied", "dropped"),
    Index("ix_repair_created_at", "created_at"),
)

handover = Table(
    "handover",
    metadata,
    key(),
    public_id(),
    refers("plan_id", "plan"),
    refers("from_staff_id", "staff", nullable=True),
    refers("to_staff_id", "staff"),
    Column("summary", Document, nullable=False),
    at("created_at"),
    Column("actor", String(64), nullable=False),
    at("acknowledged_at", nullable=True),
    Column("acknowledged_by", String(64), nullable=True),
)
