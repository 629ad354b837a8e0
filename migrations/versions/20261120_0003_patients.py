"""The tables of patients."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261120_0003"
down_revision = "20261120_0002"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "patient",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("given_names", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=401), nullable=False, comment="folded for search"),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("gender", sa.String(length=16), nullable=False),
        sa.Column("deceased", sa.Boolean(), nullable=False),
        sa.Column("deceased_at", sa.String(length=40), nullable=True, comment="as it was told"),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_state", sa.String(length=16), server_default="unproven", nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=400), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="en", nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=True),
        sa.Column("disclosure", sa.Integer(), server_default="1", nullable=False, comment="calendar level 1 to 3"),
        sa.Column("invites", sa.String(length=16), server_default="invites", nullable=False),
        sa.Column("show_address", sa.Boolean(), nullable=False),
        sa.Column("alarm_minutes", sa.Integer(), nullable=True),
        sa.Column("extra_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("interpreter", sa.String(length=64), server_default="", nullable=False),
        sa.Column("preferences", DOCUMENT, nullable=False, comment="weekdays, time of day, therapist or gender"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purge_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("email_state IN ('unproven', 'good', 'bad')", name=op.f("ck_patient_email_state")),
        sa.CheckConstraint("gender IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_patient_gender")),
        sa.CheckConstraint("invites IN ('invites', 'feed', 'none')", name=op.f("ck_patient_invites")),
        sa.CheckConstraint("disclosure BETWEEN 1 AND 3", name=op.f("ck_patient_disclosure")),
        sa.CheckConstraint("extra_minutes BETWEEN 0 AND 120", name=op.f("ck_patient_extra_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("public_id", name=op.f("uq_patient_public_id")),
    )
    op.create_index("ix_patient_search_name", "patient", ["search_name"], unique=False)
    op.create_table(
        "patient_away",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_patient_away_order")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_away_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_away")),
    )
    op.create_index(op.f("ix_patient_away_patient_id"), "patient_away", ["patient_id"], unique=False)
    op.create_table(
        "patient_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_patient_hours_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_patient_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_hours_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_hours")),
    )
    op.create_index(op.f("ix_patient_hours_patient_id"), "patient_hours", ["patient_id"], unique=False)
    op.create_table(
        "patient_identifier",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("system", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_identifier_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_identifier")),
        sa.UniqueConstraint("system", "value", name=op.f("uq_patient_identifier_system_value")),
    )
    op.create_index(op.f("ix_patient_identifier_patient_id"), "patient_identifier", ["patient_id"], unique=False)
    op.create_index(op.f("ix_patient_identifier_value"), "patient_identifier", ["value"], unique=False)
    op.create_table(
        "patient_relation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("relative_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("proxy", sa.Boolean(), nullable=False, comment="may act for the patient"),
        sa.Column("sees_feed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("patient_id <> relative_id", name=op.f("ck_patient_relation_another")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_relation_patient_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["relative_id"], ["patient.id"], name=op.f("fk_patient_relation_relative_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_relation")),
        sa.UniqueConstraint("patient_id", "relative_id", name=op.f("uq_patient_relation_patient_id_relative_id")),
    )
    op.create_index(op.f("ix_patient_relation_patient_id"), "patient_relation", ["patient_id"], unique=False)
    op.create_index(op.f("ix_patient_relation_relative_id"), "patient_relation", ["relative_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_patient_relation_relative_id"), table_name="patient_relation")
    op.drop_index(op.f("ix_patient_relation_patient_id"), table_name="patient_relation")
    op.drop_table("patient_relation")
    op.drop_index(op.f("ix_patient_identifier_value"), table_name="patient_identifier")
    op.drop_index(op.f("ix_patient_identifier_patient_id"), table_name="patient_identifier")
    op.drop_table("patient_identifier")
    op.drop_index(op.f("ix_patient_hours_patient_id"), table_name="patient_hours")
    op.drop_table("patient_hours")
    op.drop_index(op.f("ix_patient_away_patient_id"), table_name="patient_away")
    op.drop_table("patient_away")
    op.drop_index("ix_patient_search_name", table_name="patient")
    op.drop_table("patient")
