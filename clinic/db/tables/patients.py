"""People, how to reach them, what they wish, when they can come."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    true,
)

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document, Exact

patient = Table(
    "patient",
    metadata,
    key(),
    public_id(),
    Column("family_name", String(NAME), nullable=False),
    Column("given_names", String(NAME), nullable=False),
    Column("search_name", String(2 * NAME + 1), nullable=False, comment="folded for search"),
    Column("birth_on", Date, nullable=False),
    Column("gender", String(16), nullable=False),
    Column("deceased", Boolean, nullable=False),
    Column("deceased_at", String(40), nullable=True, comment="as it was told"),
    Column("email", String(254), nullable=True),
    Column("email_state", String(16), nullable=False, server_default="unproven"),
    Column("phone", String(40), nullable=True),
    Column("address", String(400), nullable=False, server_default=""),
    Column("language", String(16), nullable=False, server_default="en"),
    Column("tz", String(64), nullable=True),
    Column("disclosure", Integer, nullable=False, server_default="1", comment="calendar level 1 to 3"),
    Column("invites", String(16), nullable=False, server_default="invites"),
    Column("show_address", Boolean, nullable=False),
    Column("alarm_minutes", Integer, nullable=True),
    Column("channel", String(16), nullable=False, server_default="mail"),
    Column("reminder_hours", Integer, nullable=True),
    Column("aftercare", Boolean, nullable=False, server_default=true()),
    Column("follow_up", Boolean, nullable=False, server_default=false()),
    Column("extra_minutes", Integer, nullable=False, server_default="0"),
    Column("interpreter", String(64), nullable=False, server_default=""),
    Column("preferences", Document, nullable=False, comment="weekdays, time of day, therapist or gender"),
    at("created_at"),
    at("restricted_at", nullable=True),
    Column("purge_on", Date, nullable=True),
    version(),
    one_of("gender", "female", "male", "other", "unknown"),
    one_of("email_state", "unproven", "good", "bad"),
    one_of("invites", "invites", "feed", "none"),
    one_of("channel", "mail", "text", "paper"),
    CheckConstraint("reminder_hours BETWEEN 0 AND 168", name="reminder_hours"),
    CheckConstraint("disclosure BETWEEN 1 AND 3", name="disclosure"),
    CheckConstraint("extra_minutes BETWEEN 0 AND 120", name="extra_minutes"),
    Index("ix_patient_search_name", "search_name"),
    Index("ix_patient_birth_on", "birth_on", "search_name"),
)

patient_term = Table(
    "patient_term",
    metadata,
    Column("kind", String(8), nullable=False),
    Column("term", Exact, nullable=False, comment="a beginning of it finds the patient"),
    Column("sorts", Exact, nullable=False, comment="the beginning of the folded name"),
    refers("patient_id", "patient", index=False),
    PrimaryKeyConstraint("kind", "term", "sorts", "patient_id"),
    one_of("kind", "name", "pair", "number", "within"),
    Index("ix_patient_term_of", "patient_id", "kind", "term"),
    sqlite_with_rowid=False,
)

patient_identifier = Table(
    "patient_identifier",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("system", String(NAME), nullable=False),
    Column("value", String(NAME), nullable=False, index=True),
    UniqueConstraint("system", "value"),
)

patient_hours = Table(
    "patient_hours",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("weekday", Integer, nullable=False),
    Column("starts_minute", Integer, nullable=False),
    Column("ends_minute", Integer, nullable=False),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="order"),
)

patient_away = Table(
    "patient_away",
    metadata,
    key(),
    refers("patient_id", "patient"),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    CheckConstraint("first_on <= last_on", name="order"),
)

patient_relation = Table(
    "patient_relation",
    metadata,
    key(),
    refers("patient_id", "patient"),
    refers("relative_id", "patient"),
    Column("kind", String(32), nullable=False),
    Column("proxy", Boolean, nullable=False, comment="may act for the patient"),
    Column("proxied", Boolean, nullable=False, server_default=false(), comment="proxy, the other way round"),
    Column("sees_feed", Boolean, nullable=False),
    Column("shows_feed", Boolean, nullable=False, server_default=false(), comment="sees_feed, the other way round"),
    Column("back_to_back", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("patient_id", "relative_id"),
    CheckConstraint("patient_id <> relative_id", name="another"),
)
