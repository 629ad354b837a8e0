"""The practice, its locations, rooms and people, and the resources whose time is held."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, String, Table, UniqueConstraint, false

from clinic.db.tables.meta import NAME, at, key, metadata, one_of, public_id, refers, version
from clinic.db.types import Document, Key

practice = Table(
    "practice",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=False),
    Column("name", String(NAME), nullable=False),
    Column("neutral_name", String(NAME), nullable=False, comment="shown where the trade would say too much"),
    Column("sender", String(254), nullable=False, comment="mail address of the calendar organizer"),
    Column("language", String(16), nullable=False, server_default="en"),
    Column("weights", Document, nullable=False),
    Column("notice_minutes", Integer, nullable=False, server_default="120"),
    Column("horizon_days", Integer, nullable=False, server_default="240"),
    Column("most_visits_a_day", Integer, nullable=False, server_default="1"),
    Column("most_visits_a_week", Integer, nullable=False, server_default="5"),
    Column("reminder_hours", Integer, nullable=False, server_default="24"),
    Column("revision", Integer, nullable=False, server_default="1", comment="raised with every change feeds show"),
    Column("site_revision", Integer, nullable=False, server_default="1"),
    Column("demo", Boolean, nullable=False),
    Column("outbox_paused", Boolean, nullable=False),
    Column("feed_titles", String(16), nullable=False, server_default="initials"),
    Column("stale_feed_days", Integer, nullable=False, server_default="7"),
    at("created_at"),
    version(),
    CheckConstraint("id = 1", name="single"),
    one_of("feed_titles", "initials", "code", "name"),
    CheckConstraint("stale_feed_days BETWEEN 1 AND 90", name="stale_feed_days"),
    CheckConstraint("most_visits_a_day BETWEEN 1 AND 5", name="most_visits_a_day"),
    CheckConstraint("most_visits_a_week BETWEEN 1 AND 14", name="most_visits_a_week"),
    CheckConstraint("reminder_hours BETWEEN 0 AND 168", name="reminder_hours"),
)

location = Table(
    "location",
    metadata,
    key(),
    public_id(),
    Column("code", String(64), nullable=False, unique=True, comment="its name in import files"),
    Column("name", String(NAME), nullable=False),
    Column("address", String(NAME), nullable=False),
    Column("tz", String(64), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("emergency_number", String(20), nullable=False),
    Column("country", String(2), nullable=False),
    Column("subdivision", String(10), nullable=False, server_default=""),
    Column("jurisdiction", String(20), nullable=False, comment="whose law says who may needle here"),
    Column("grid_minutes", Integer, nullable=False, server_default="15"),
    version(),
    CheckConstraint("grid_minutes > 0 AND grid_minutes % 5 = 0", name="grid"),
)

travel = Table(
    "travel",
    metadata,
    key(),
    refers("from_location_id", "location", index=False),
    refers("to_location_id", "location"),
    Column("minutes", Integer, nullable=False),
    UniqueConstraint("from_location_id", "to_location_id"),
    CheckConstraint("from_location_id < to_location_id", name="once"),
    CheckConstraint("minutes BETWEEN 0 AND 480", name="minutes"),
)

location_hours = Table(
    "location_hours",
    metadata,
    key(),
    refers("location_id", "location"),
    Column("weekday", Integer, nullable=False),
    Column("opens_minute", Integer, nullable=False),
    Column("closes_minute", Integer, nullable=False),
    Column("from_on", Date, nullable=True),
    Column("until_on", Date, nullable=True),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="order"),
)

closure = Table(
    "closure",
    metadata,
    key(),
    refers("location_id", "location"),
    refers("room_id", "room", nullable=True),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False),
    Column("name", String(NAME), nullable=False),
    CheckConstraint("first_on <= last_on", name="order"),
    UniqueConstraint("location_id", "room_id", "first_on", "name"),
)

room = Table(
    "room",
    metadata,
    key(),
    public_id(),
    refers("location_id", "location"),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(NAME), nullable=False),
    Column("capabilities", Document, nullable=False, comment="treatment, gym, private"),
    Column("lanes", Integer, nullable=False, server_default="1"),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
    version(),
    CheckConstraint("lanes BETWEEN 1 AND 20", name="lanes"),
)

staff = Table(
    "staff",
    metadata,
    key(),
    public_id(),
    refers("account_id", "account", nullable=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(NAME), nullable=False),
    Column("initials", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("gender", String(16), nullable=False),
    Column("languages", Document, nullable=False),
    Column("lanes", Integer, nullable=False, server_default="1", comment="most patients at once in shared components"),
    Column("patient_limits", Document, nullable=False, comment="modality to patients at once; absent is 1"),
    Column("supervises", Boolean, nullable=False, server_default=false()),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False),
    version(),
    one_of("kind", "therapist", "assistant"),
)

credential = Table(
    "credential",
    metadata,
    key(),
    refers("staff_id", "staff"),
    Column("kind", String(64), nullable=False),
    Column("issuer", String(NAME), nullable=False),
    Column("jurisdiction", String(20), nullable=False),
    Column("number", String(64), nullable=False),
    Column("regions", Document, nullable=True, comment="null: every region"),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=True),
    Column("provisional", Boolean, nullable=False),
    UniqueConstraint("staff_id", "kind", "jurisdiction", "number"),
)

staff_hours = Table(
    "staff_hours",
    metadata,
    key(),
    refers("staff_id", "staff"),
    refers("location_id", "location"),
    Column("weekday", Integer, nullable=False),
    Column("starts_minute", Integer, nullable=False),
    Column("ends_minute", Integer, nullable=False),
    Column("from_on", Date, nullable=True),
    Column("until_on", Date, nullable=True),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="order"),
)

absence = Table(
    "absence",
    metadata,
    key(),
    public_id(),
    refers("staff_id", "staff"),
    Column("kind", String(16), nullable=False),
    at("starts_at"),
    at("ends_at"),
    CheckConstraint("starts_at < ends_at", name="order"),
    one_of("kind", "leave", "sick", "training", "other"),
)

external_busy = Table(
    "external_busy",
    metadata,
    key(),
    refers("staff_id", "staff"),
    Column("starts_tick", Integer, nullable=False),
    Column("ends_tick", Integer, nullable=False),
    CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name="order"),
)

reserved_start = Table(
    "reserved_start",
    metadata,
    key(),
    refers("staff_id", "staff"),
    refers("location_id", "location"),
    Column("weekday", Integer, nullable=False),
    Column("starts_minute", Integer, nullable=False),
    Column("ends_minute", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("release_days", Integer, nullable=False),
    one_of("kind", "new", "urgent"),
    CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
    CheckConstraint("0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440", name="order"),
)

resource = Table(
    "resource",
    metadata,
    key(),
    Column("kind", String(16), nullable=False),
    Column("owner_id", Key, nullable=False),
    Column("lane", Integer, nullable=False, server_default="0"),
    Column("overbook", Boolean, nullable=False),
    one_of("kind", "staff", "room", "patient"),
    UniqueConstraint("kind", "owner_id", "lane", "overbook"),
    Index("ix_resource_owner_id", "owner_id"),
)
