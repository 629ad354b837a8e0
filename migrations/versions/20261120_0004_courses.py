"""The tables of courses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261120_0004"
down_revision = "20261120_0003"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "protocol",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("shipped", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protocol")),
        sa.UniqueConstraint("key", "revision", name=op.f("uq_protocol_key_revision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_protocol_public_id")),
    )
    op.create_table(
        "outside_treatment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("told_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_outside_treatment_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_treatment")),
    )
    op.create_index("ix_outside_treatment_on_day", "outside_treatment", ["patient_id", "on_day"], unique=False)
    op.create_index(op.f("ix_outside_treatment_patient_id"), "outside_treatment", ["patient_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("location_id", KEY, nullable=False),
        sa.Column("lead_staff_id", KEY, nullable=True),
        sa.Column("protocol_key", sa.String(length=64), nullable=False),
        sa.Column("protocol_revision", sa.Integer(), nullable=False),
        sa.Column("protocol", DOCUMENT, nullable=False, comment="the protocol as copied and then edited"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("goals", sa.Text(), server_default="", nullable=False),
        sa.Column("factors", sa.Text(), server_default="", nullable=False, comment="what contributes to the complaint"),
        sa.Column("preferences", DOCUMENT, nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("start_within_days", sa.Integer(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("authorised_visits", sa.Integer(), nullable=True),
        sa.Column("authorised_until", sa.Date(), nullable=True),
        sa.Column("cap", sa.Integer(), nullable=True, comment="needling sessions before a review"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'offered', 'active', 'completed', 'stopped')", name=op.f("ck_plan_status")
        ),
        sa.ForeignKeyConstraint(
            ["lead_staff_id"], ["staff.id"], name=op.f("fk_plan_lead_staff_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_plan_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_plan_patient_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_public_id")),
    )
    op.create_index(op.f("ix_plan_lead_staff_id"), "plan", ["lead_staff_id"], unique=False)
    op.create_index(op.f("ix_plan_location_id"), "plan", ["location_id"], unique=False)
    op.create_index(op.f("ix_plan_patient_id"), "plan", ["patient_id"], unique=False)
    op.create_table(
        "plan_phase",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("gap_min", sa.Integer(), nullable=False),
        sa.Column("gap_ideal", sa.Integer(), nullable=False),
        sa.Column("gap_max", sa.Integer(), nullable=False),
        sa.Column("floor_hours", sa.Integer(), nullable=True),
        sa.Column("anchor", sa.String(length=20), nullable=False),
        sa.Column("release", sa.String(length=16), nullable=False, comment="always, or released by a decision"),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("anchor IN ('previous-session', 'previous-needling')", name=op.f("ck_plan_phase_anchor")),
        sa.CheckConstraint("release IN ('always', 'released')", name=op.f("ck_plan_phase_release")),
        sa.CheckConstraint(
            "0 <= gap_min AND gap_min <= gap_ideal AND gap_ideal <= gap_max", name=op.f("ck_plan_phase_gaps")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_phase_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_phase")),
        sa.UniqueConstraint("plan_id", "ordinal", name=op.f("uq_plan_phase_plan_id_ordinal")),
    )
    op.create_index(op.f("ix_plan_phase_plan_id"), "plan_phase", ["plan_id"], unique=False)
    op.create_table(
        "plan_target",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("muscle", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'midline')", name=op.f("ck_plan_target_side")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_target_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_target")),
    )
    op.create_index(op.f("ix_plan_target_plan_id"), "plan_target", ["plan_id"], unique=False)
    op.create_table(
        "plan_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("phase_id", KEY, nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=True, comment="a dated review: days after the first session"),
        sa.Column("reassess", sa.Boolean(), nullable=False),
        sa.Column("reassessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True, comment="what the reassessment decided"),
        sa.CheckConstraint("kind IN ('treatment', 'review')", name=op.f("ck_plan_session_kind")),
        sa.CheckConstraint("outcome IN ('continue', 'shorten', 'stop')", name=op.f("ck_plan_session_outcome")),
        sa.ForeignKeyConstraint(
            ["phase_id"], ["plan_phase.id"], name=op.f("fk_plan_session_phase_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_session_plan_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_session")),
        sa.UniqueConstraint("plan_id", "ordinal", name=op.f("uq_plan_session_plan_id_ordinal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plan_session_public_id")),
    )
    op.create_index(op.f("ix_plan_session_phase_id"), "plan_session", ["phase_id"], unique=False)
    op.create_index(op.f("ix_plan_session_plan_id"), "plan_session", ["plan_id"], unique=False)
    op.create_table(
        "component",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(length=64), server_default="", nullable=False),
        sa.Column("capability", sa.String(length=32), server_default="", nullable=False),
        sa.Column("setup_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cleanup_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wait_minutes", sa.Integer(), server_default="0", nullable=False, comment="longest wait before it"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_component_minutes")),
        sa.CheckConstraint(
            "setup_minutes BETWEEN 0 AND 60 AND cleanup_minutes BETWEEN 0 AND 60", name=op.f("ck_component_around")
        ),
        sa.CheckConstraint("wait_minutes BETWEEN 0 AND 15", name=op.f("ck_component_wait")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["plan_session.id"], name=op.f("fk_component_session_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_component")),
        sa.UniqueConstraint("session_id", "ordinal", name=op.f("uq_component_session_id_ordinal")),
    )
    op.create_index(op.f("ix_component_session_id"), "component", ["session_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_component_session_id"), table_name="component")
    op.drop_table("component")
    op.drop_index(op.f("ix_plan_session_plan_id"), table_name="plan_session")
    op.drop_index(op.f("ix_plan_session_phase_id"), table_name="plan_session")
    op.drop_table("plan_session")
    op.drop_index(op.f("ix_plan_target_plan_id"), table_name="plan_target")
    op.drop_table("plan_target")
    op.drop_index(op.f("ix_plan_phase_plan_id"), table_name="plan_phase")
    op.drop_table("plan_phase")
    op.drop_index(op.f("ix_plan_patient_id"), table_name="plan")
    op.drop_index(op.f("ix_plan_location_id"), table_name="plan")
    op.drop_index(op.f("ix_plan_lead_staff_id"), table_name="plan")
    op.drop_table("plan")
    op.drop_index(op.f("ix_outside_treatment_patient_id"), table_name="outside_treatment")
    op.drop_index("ix_outside_treatment_on_day", table_name="outside_treatment")
    op.drop_table("outside_treatment")
    op.drop_table("protocol")
