"""Screening, consent, records and overrides."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text, UniqueConstraint

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document

screening = Table(
    "screening",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("answers", Document, nullable=False),
    Column("actor", String(64), nullable=False),
    at("answered_at"),
    version(),
)

consent = Table(
    "consent",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("kind", String(32), nullable=False),
    Column("text_version", Integer, nullable=False),
    at("given_at"),
    at("withdrawn_at", nullable=True),
    Column("given_by", String(NAME), nullable=False),
)

record = Table(
    "record",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("plan_id", "plan", nullable=True),
    Column("status", String(16), nullable=False),
    version(),
    one_of("status", "open", "signed"),
)

record_version = Table(
    "record_version",
    metadata,
    key(),
    refers("record_id", "record"),
    Column("number", Integer, nullable=False),
    Column("body", Document, nullable=False),
    Column("text", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    at("written_at"),
    UniqueConstraint("record_id", "number"),
    CheckConstraint("number >= 1", name="number"),
)
