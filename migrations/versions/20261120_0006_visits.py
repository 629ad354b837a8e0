"""The tables of visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261120_0006"
down_revision = "20261120_0005"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("starts_tick", sa.Integer(), nullable=False),
        sa.Column("ends_tick", sa.Integer(), nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column(
            "wall", sa.String(length=16), nullable=False, comment="local wall time as promised, 2026-11-23T10:00"
        ),
        sa.Column("fold", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tzdata", sa.String(length=16), nullable=False),
        sa.Column("needles", sa.Boolean(), nullable=False),
        sa.Column("targets", DOCUMENT, nullable=False, comment="regions and sides that are needled"),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancel_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('session', 'assessment', 'single', 'review', 'class')", name=op.f("ck_appointment_kind")
        ),
        sa.CheckConstraint(
            "status IN ('held', 'pencilled', 'booked', 'confirmed', 'arrived', 'in_session', 'done', 'no_show', "
            "'cancelled', 'released')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_appointment_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["plan_session.id"], name=op.f("fk_appointment_session_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointment_public_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    op.create_index(op.f("ix_appointment_location_id"), "appointment", ["location_id"], unique=False)
    op.create_index(op.f("ix_appointment_patient_id"), "appointment", ["patient_id"], unique=False)
    op.create_index("ix_appointment_patient_starts", "appointment", ["patient_id", "starts_tick"], unique=False)
    op.create_index("ix_appointment_starts_tick", "appointment", ["starts_tick"], unique=False)
    op.create_index(
        "uq_appointment_live_session",
        "appointment",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('cancelled', 'released', 'no_show')"),
        postgresql_where=sa.text("status NOT IN ('cancelled', 'released', 'no_show')"),
    )
    op.create_table(
        "override",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_override_appointment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_override_patient_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_override_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_appointment_id"), "override", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_override_patient_id"), "override", ["patient_id"], unique=False)
    op.create_index(op.f("ix_override_plan_id"), "override", ["plan_id"], unique=False)
    op.create_table(
        "segment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("starts_tick", sa.Integer(), nullable=False),
        sa.Column("ends_tick", sa.Integer(), nullable=False),
        sa.Column("setup_ticks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cleanup_ticks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("modalities", DOCUMENT, nullable=False),
        sa.CheckConstraint("0 <= starts_tick AND starts_tick < ends_tick", name=op.f("ck_segment_order")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_segment_appointment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_segment_room_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_segment_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("appointment_id", "ordinal", name=op.f("uq_segment_appointment_id_ordinal")),
    )
    op.create_index(op.f("ix_segment_appointment_id"), "segment", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_segment_room_id"), "segment", ["room_id"], unique=False)
    op.create_index(op.f("ix_segment_staff_id"), "segment", ["staff_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("resource_id", KEY, nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("segment_id", KEY, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("0 <= starts AND starts < ends", name=op.f("ck_claim_order")),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_claim_resource_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_claim_segment_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_resource_starts", "claim", ["resource_id", "starts", "ends", "active"], unique=False)
    op.create_index(op.f("ix_claim_segment_id"), "claim", ["segment_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_claim_segment_id"), table_name="claim")
    op.drop_index("ix_claim_resource_starts", table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_segment_staff_id"), table_name="segment")
    op.drop_index(op.f("ix_segment_room_id"), table_name="segment")
    op.drop_index(op.f("ix_segment_appointment_id"), table_name="segment")
    op.drop_table("segment")
    op.drop_index(op.f("ix_override_plan_id"), table_name="override")
    op.drop_index(op.f("ix_override_patient_id"), table_name="override")
    op.drop_index(op.f("ix_override_appointment_id"), table_name="override")
    op.drop_table("override")
    op.drop_index(
        "uq_appointment_live_session",
        table_name="appointment",
        sqlite_where=sa.text("status NOT IN ('cancelled', 'released', 'no_show')"),
        postgresql_where=sa.text("status NOT IN ('cancelled', 'released', 'no_show')"),
    )
    op.drop_index("ix_appointment_starts_tick", table_name="appointment")
    op.drop_index("ix_appointment_patient_starts", table_name="appointment")
    op.drop_index(op.f("ix_appointment_patient_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_location_id"), table_name="appointment")
    op.drop_table("appointment")
