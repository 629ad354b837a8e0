"""What is owed to people outside: obligations, seals, feeds, links, notes, jobs, tasks."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers
from clinic.db.types import Bytes, Digest, Document

obligation = Table(
    "obligation",
    metadata,
    key(),
    public_id(),
    refers("patient_id", "patient"),
    refers("appointment_id", "appointment", nullable=True),
    Column("uid", String(120), nullable=False, comment="the visit's UID, or the course's for a summary"),
    Column("recipient", String(254), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    at("first_at"),
    at("due_at"),
    Column("detail", Document, nullable=False, comment="ids the letter is written from"),
    one_of("kind", "visit", "summary"),
    one_of("state", "owed", "dropped", "sealed"),
    Index("ix_obligation_due", "state", "due_at"),
    Index(
        "uq_obligation_owed",
        "uid",
        "recipient",
        unique=True,
        sqlite_where=text("state = 'owed'"),
        postgresql_where=text("state = 'owed'"),
    ),
)

seal = Table(
    "seal",
    metadata,
    key(),
    refers("obligation_id", "obligation"),
    Column("uid", String(120), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("method", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    at("stamped_at"),
    Column("message_id", String(200), nullable=False, unique=True),
    Column("shown", Document, nullable=False, comment="the fields the recipient sees, compared with the next"),
    Column("sender", String(254), nullable=False),
    Column("subject", String(NAME), nullable=False),
    Column("payload", Bytes, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reached_data", Boolean, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    at("next_at"),
    at("lease_until", nullable=True),
    Column("lease_by", String(64), nullable=True),
    at("sent_at", nullable=True),
    Column("fault", String(64), nullable=False, server_default=""),
    one_of("method", "REQUEST", "CANCEL", "NONE"),
    one_of("state", "sealed", "leased", "sent", "unknown", "superseded", "dead"),
    Index("ix_seal_due", "state", "next_at"),
    Index("ix_seal_uid", "uid", "recipient", "sequence"),
)

feed = Table(
    "feed",
    metadata,
    key(),
    public_id(),
    Column("kind", String(16), nullable=False),
    refers("patient_id", "patient", nullable=True),
    refers("staff_id", "staff", nullable=True),
    refers("room_id", "room", nullable=True),
    refers("location_id", "location", nullable=True),
    Column("name", String(64), nullable=False),
    Column("token_hash", Digest, nullable=False, unique=True),
    Column("level", Integer, nullable=True, comment="null: the patient's own"),
    Column("revision", Integer, nullable=False, server_default="1"),
    at("created_at"),
    at("revoked_at", nullable=True),
    at("fetched_at", nullable=True),
    Column("fetched_by", String(NAME), nullable=False, server_default=""),
    one_of("kind", "patient", "staff", "room", "location"),
)

feed_bytes = Table(
    "feed_bytes",
    metadata,
    key(),
    refers("feed_id", "feed", index=False),
    Column("etag", String(64), nullable=False),
    Column("body", Bytes, nullable=False),
    at("modified_at"),
    UniqueConstraint("feed_id"),
)

visit_link = Table(
    "visit_link",
    metadata,
    key(),
    refers("appointment_id", "appointment"),
    Column("token_hash", Digest, nullable=False, unique=True),
    at("created_at"),
    at("expires_at"),
    at("revoked_at", nullable=True),
)

note = Table(
    "note",
    metadata,
    key(),
    public_id(),
    Column("key", String(64), nullable=False),
    Column("number", Integer, nullable=False, comment="its version; a change is a new row"),
    Column("modality", String(32), nullable=False),
    Column("region", String(32), nullable=False, server_default=""),
    Column("language", String(16), nullable=False),
    Column("body", Document, nullable=False),
    Column("author", String(64), nullable=False),
    at("written_at"),
    at("approved_at", nullable=True),
    UniqueConstraint("key", "language", "number"),
)

job = Table(
    "job",
    metadata,
    key(),
    Column("kind", String(32), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("payload", Document, nullable=False),
    at("due_at"),
    at("lease_until", nullable=True),
    Column("lease_by", String(64), nullable=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("progress", Document, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    at("done_at", nullable=True),
    CheckConstraint("tries >= 0", name="tries"),
    Index("ix_job_due", "done_at", "due_at"),
)

task = Table(
    "task",
    metadata,
    key(),
    public_id(),
    Column("kind", String(32), nullable=False),
    refers("patient_id", "patient", nullable=True),
    refers("appointment_id", "appointment", nullable=True),
    Column("detail", Document, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    at("created_at"),
    at("done_at", nullable=True),
    Column("done_by", String(64), nullable=True),
)
