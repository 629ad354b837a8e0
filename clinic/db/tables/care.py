"""Screening and consent."""

from sqlalchemy import Column, Integer, String, Table

from clinic.db.tables.meta import NAME, at, key, metadata, refers, version
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
