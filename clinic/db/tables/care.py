"""Screening and consent, and what the safety rules said."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table

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
    Column("questions", Integer, nullable=False, server_default="1", comment="the version of what was asked"),
    Index("uq_screening_patient_id_version", "patient_id", "version", unique=True),
)

screening_day = Table(
    "screening_day",
    metadata,
    key(),
    refers("patient_id", "patient"),
    refers("screening_id", "screening"),
    Column("on_day", Date, nullable=False, comment="the answers still held then"),
    Column("answers", Document, nullable=False),
    Column("actor", String(64), nullable=False),
    at("answered_at"),
    Index("ix_screening_day_patient_id_on_day", "patient_id", "on_day"),
)

consent = Table(
    "consent",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("kind", String(32), nullable=False, comment="a modality"),
    Column("text_version", Integer, nullable=False),
    at("given_at"),
    at("withdrawn_at", nullable=True),
    Column("given_by", String(NAME), nullable=False),
    public_id(),
    Column("regions", Document, nullable=False, comment="ids; empty for every region"),
    Column("lung_risk", Boolean, nullable=False, comment="told of it, and said so"),
    Column("capacity", String(16), nullable=False, comment="as whom it was given"),
    Column("way", String(16), nullable=False),
    Column("language", String(16), nullable=False, comment="of the text that was shown"),
    Column("recorded_by", String(64), nullable=False),
    Column("withdrawn_by", String(NAME), nullable=False, server_default=""),
    version(),
    one_of("capacity", "patient", "guardian", "proxy"),
    one_of("way", "screen", "paper"),
)

rule_spoken = Table(
    "rule_spoken",
    metadata,
    key(),
    Column("rule", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    at("at"),
    one_of("outcome", "warned", "asked", "overridden", "blocked"),
    Index("ix_rule_spoken_rule_outcome", "rule", "outcome"),
)

rule_setting = Table(
    "rule_setting",
    metadata,
    Column("rule", Integer, primary_key=True, autoincrement=False),
    Column("level", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    at("set_at"),
    one_of("level", "block", "override", "warn"),
)
