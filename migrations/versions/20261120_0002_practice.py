"""The tables of practice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261120_0002"
down_revision = "20261120_0001"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "location",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False, comment="its name in import files"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("emergency_number", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=10), server_default="", nullable=False),
        sa.Column("jurisdiction", sa.String(length=20), nullable=False, comment="whose law says who may needle here"),
        sa.Column("grid_minutes", sa.Integer(), server_default="15", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("grid_minutes > 0 AND grid_minutes % 5 = 0", name=op.f("ck_location_grid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_location_public_id")),
    )
    op.create_table(
        "practice",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "neutral_name", sa.String(length=200), nullable=False, comment="shown where the trade would say too much"
        ),
        sa.Column("sender", sa.String(length=254), nullable=False, comment="mail address of the calendar organizer"),
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
        sa.Column("weights", DOCUMENT, nullable=False),
        sa.Column("notice_minutes", sa.Integer(), server_default="120", nullable=False),
        sa.Column("horizon_days", sa.Integer(), server_default="240", nullable=False),
        sa.Column(
            "revision", sa.Integer(), server_default="1", nullable=False, comment="raised with every change feeds show"
        ),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("outbox_paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_practice_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "resource",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("lane", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overbook", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('staff', 'room', 'patient')", name=op.f("ck_resource_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint(
            "kind", "owner_id", "lane", "overbook", name=op.f("uq_resource_kind_owner_id_lane_overbook")
        ),
    )
    op.create_index("ix_resource_owner_id", "resource", ["owner_id"], unique=False)
    op.create_table(
        "location_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440",
            name=op.f("ck_location_hours_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_location_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_location_hours_location_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_hours")),
    )
    op.create_index(op.f("ix_location_hours_location_id"), "location_hours", ["location_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("capabilities", DOCUMENT, nullable=False, comment="treatment, gym, private"),
        sa.Column("lanes", sa.Integer(), server_default="1", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("lanes BETWEEN 1 AND 20", name=op.f("ck_room_lanes")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_room_location_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("code", name=op.f("uq_room_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_public_id")),
    )
    op.create_index(op.f("ix_room_location_id"), "room", ["location_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("initials", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("gender", sa.String(length=16), nullable=False),
        sa.Column("languages", DOCUMENT, nullable=False),
        sa.Column(
            "lanes",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="most patients at once in shared components",
        ),
        sa.Column("patient_limits", DOCUMENT, nullable=False, comment="modality to patients at once; absent is 1"),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('therapist', 'assistant')", name=op.f("ck_staff_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_staff_account_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_public_id")),
    )
    op.create_index(op.f("ix_staff_account_id"), "staff", ["account_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('leave', 'sick', 'training', 'other')", name=op.f("ck_absence_kind")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absence_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    op.create_index(op.f("ix_absence_staff_id"), "absence", ["staff_id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_closure_order")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_closure_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_closure_room_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint(
            "location_id", "room_id", "first_on", "name", name=op.f("uq_closure_location_id_room_id_first_on_name")
        ),
    )
    op.create_index(op.f("ix_closure_location_id"), "closure", ["location_id"], unique=False)
    op.create_index(op.f("ix_closure_room_id"), "closure", ["room_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("jurisdiction", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("regions", DOCUMENT, nullable=True, comment="null: every region"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_credential_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "staff_id", "kind", "jurisdiction", "number", name=op.f("uq_credential_staff_id_kind_jurisdiction_number")
        ),
    )
    op.create_index(op.f("ix_credential_staff_id"), "credential", ["staff_id"], unique=False)
    op.create_table(
        "external_busy",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("starts_tick", sa.Integer(), nullable=False),
        sa.Column("ends_tick", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name=op.f("ck_external_busy_order")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_external_busy_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_busy")),
    )
    op.create_index(op.f("ix_external_busy_staff_id"), "external_busy", ["staff_id"], unique=False)
    op.create_table(
        "reserved_start",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("release_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('new', 'urgent')", name=op.f("ck_reserved_start_kind")),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_reserved_start_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_reserved_start_weekday")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_reserved_start_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_reserved_start_staff_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserved_start")),
    )
    op.create_index(op.f("ix_reserved_start_location_id"), "reserved_start", ["location_id"], unique=False)
    op.create_index(op.f("ix_reserved_start_staff_id"), "reserved_start", ["staff_id"], unique=False)
    op.create_table(
        "staff_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_staff_hours_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_staff_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_staff_hours_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_hours_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_hours")),
    )
    op.create_index(op.f("ix_staff_hours_location_id"), "staff_hours", ["location_id"], unique=False)
    op.create_index(op.f("ix_staff_hours_staff_id"), "staff_hours", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_staff_hours_staff_id"), table_name="staff_hours")
    op.drop_index(op.f("ix_staff_hours_location_id"), table_name="staff_hours")
    op.drop_table("staff_hours")
    op.drop_index(op.f("ix_reserved_start_staff_id"), table_name="reserved_start")
    op.drop_index(op.f("ix_reserved_start_location_id"), table_name="reserved_start")
    op.drop_table("reserved_start")
    op.drop_index(op.f("ix_external_busy_staff_id"), table_name="external_busy")
    op.drop_table("external_busy")
    op.drop_index(op.f("ix_credential_staff_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_index(op.f("ix_closure_room_id"), table_name="closure")
    op.drop_index(op.f("ix_closure_location_id"), table_name="closure")
    op.drop_table("closure")
    op.drop_index(op.f("ix_absence_staff_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_staff_account_id"), table_name="staff")
    op.drop_table("staff")
    op.drop_index(op.f("ix_room_location_id"), table_name="room")
    op.drop_table("room")
    op.drop_index(op.f("ix_location_hours_location_id"), table_name="location_hours")
    op.drop_table("location_hours")
    op.drop_index("ix_resource_owner_id", table_name="resource")
    op.drop_table("resource")
    op.drop_table("practice")
    op.drop_table("location")
