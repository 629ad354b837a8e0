"""Accounts, sessions, permissions, counters, audit."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Digest, Document, Instant, Key

account = Table(
    "account",
    metadata,
    key(),
    public_id(),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(NAME), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("status", String(16), nullable=False, server_default="active"),
    Column("theme", String(8), nullable=False, server_default="system"),
    Column("language", String(16), nullable=False, server_default="en"),
    at("created_at"),
    version(),
    one_of("status", "active", "disabled"),
    one_of("theme", "system", "light", "dark"),
    CheckConstraint("email = lower(email)", name="email_lower"),
)

role = Table("role", metadata, key(), Column("name", String(32), nullable=False, unique=True))

role_permission = Table(
    "role_permission",
    metadata,
    Column("role_id", Key, ForeignKey("role.id", ondelete="RESTRICT"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)

account_role = Table(
    "account_role",
    metadata,
    key(),
    refers("account_id", "account"),
    refers("role_id", "role"),
    Column("location_id", Key, nullable=True, comment="null: every location"),
    UniqueConstraint("account_id", "role_id", "location_id"),
)

web_session = Table(
    "web_session",
    metadata,
    key(),
    Column("token_hash", Digest, nullable=False, unique=True),
    refers("account_id", "account"),
    Column("csrf_secret", String(64), nullable=False),
    at("created_at"),
    at("seen_at"),
    at("expires_at"),
    at("revoked_at", nullable=True),
)

invitation = Table(
    "invitation",
    metadata,
    key(),
    refers("account_id", "account", index=False),
    Column("token_hash", Digest, nullable=False, unique=True),
    at("created_at"),
    at("expires_at"),
    UniqueConstraint("account_id"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(120), primary_key=True, comment="what is counted, hashed where it names somebody"),
    Column("window_start", Instant, primary_key=True),
    Column("hits", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    key(),
    at("at"),
    Column("actor", String(64), nullable=False),
    Column("permission", String(64), nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("patient_id", Key, nullable=True),
    Column("request_id", String(64), nullable=False),
    Column("detail", Document, nullable=False, comment="ids and codes only, no health text"),
    Index("ix_audit_subject", "subject_kind", "subject_id"),
    Index("ix_audit_actor_at", "actor", "at"),
    Index("ix_audit_patient_newest", "patient_id", "id"),
)

access_log = Table(
    "access_log",
    metadata,
    key(),
    at("at"),
    Column("actor", String(64), nullable=False),
    Column("route", String(64), nullable=False),
    Column("patient_id", Key, nullable=False, index=True),
    Column("request_id", String(64), nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("request_hash", Digest, nullable=False),
    Column("location", String(300), nullable=False, comment="where the first answer led; no health detail"),
    at("created_at"),
    Index("ix_idempotency_key_created_at", "created_at"),
)
