"""The tables of messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261120_0007"
down_revision = "20261120_0006"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress", DOCUMENT, nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_job_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_due", "job", ["done_at", "due_at"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="its version; a change is a new row"),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("key", "language", "number", name=op.f("uq_note_key_language_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_note_public_id")),
    )
    op.create_table(
        "feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("patient_id", KEY, nullable=True),
        sa.Column("staff_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("location_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True, comment="null: the patient's own"),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_by", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('patient', 'staff', 'room', 'location')", name=op.f("ck_feed_kind")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_feed_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_feed_patient_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_feed_room_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_feed_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feed_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    op.create_index(op.f("ix_feed_location_id"), "feed", ["location_id"], unique=False)
    op.create_index(op.f("ix_feed_patient_id"), "feed", ["patient_id"], unique=False)
    op.create_index(op.f("ix_feed_room_id"), "feed", ["room_id"], unique=False)
    op.create_index(op.f("ix_feed_staff_id"), "feed", ["staff_id"], unique=False)
    op.create_table(
        "feed_bytes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("feed_id", KEY, nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_bytes_feed_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_bytes")),
        sa.UniqueConstraint("feed_id", name=op.f("uq_feed_bytes_feed_id")),
    )
    op.create_table(
        "obligation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column(
            "uid", sa.String(length=120), nullable=False, comment="the visit's UID, or the course's for a summary"
        ),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False, comment="ids the letter is written from"),
        sa.CheckConstraint("kind IN ('visit', 'summary')", name=op.f("ck_obligation_kind")),
        sa.CheckConstraint("state IN ('owed', 'dropped', 'sealed')", name=op.f("ck_obligation_state")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_obligation_appointment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_obligation_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_obligation_public_id")),
    )
    op.create_index(op.f("ix_obligation_appointment_id"), "obligation", ["appointment_id"], unique=False)
    op.create_index("ix_obligation_due", "obligation", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_obligation_patient_id"), "obligation", ["patient_id"], unique=False)
    op.create_index(
        "uq_obligation_owed",
        "obligation",
        ["uid", "recipient"],
        unique=True,
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    op.create_table(
        "task",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("patient_id", KEY, nullable=True),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_task_appointment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_task_patient_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("public_id", name=op.f("uq_task_public_id")),
    )
    op.create_index(op.f("ix_task_appointment_id"), "task", ["appointment_id"], unique=False)
    op.create_index(op.f("ix_task_patient_id"), "task", ["patient_id"], unique=False)
    op.create_table(
        "visit_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_visit_link_appointment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visit_link_token_hash")),
    )
    op.create_index(op.f("ix_visit_link_appointment_id"), "visit_link", ["appointment_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("obligation_id", KEY, nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("shown", DOCUMENT, nullable=False, comment="the fields the recipient sees, compared with the next"),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reached_data", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("method IN ('REQUEST', 'CANCEL', 'NONE')", name=op.f("ck_seal_method")),
        sa.CheckConstraint(
            "state IN ('sealed', 'leased', 'sent', 'unknown', 'superseded', 'dead')", name=op.f("ck_seal_state")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_seal_obligation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("message_id", name=op.f("uq_seal_message_id")),
    )
    op.create_index("ix_seal_due", "seal", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_seal_obligation_id"), "seal", ["obligation_id"], unique=False)
    op.create_index("ix_seal_uid", "seal", ["uid", "recipient", "sequence"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_seal_uid", table_name="seal")
    op.drop_index(op.f("ix_seal_obligation_id"), table_name="seal")
    op.drop_index("ix_seal_due", table_name="seal")
    op.drop_table("seal")
    op.drop_index(op.f("ix_visit_link_appointment_id"), table_name="visit_link")
    op.drop_table("visit_link")
    op.drop_index(op.f("ix_task_patient_id"), table_name="task")
    op.drop_index(op.f("ix_task_appointment_id"), table_name="task")
    op.drop_table("task")
    op.drop_index(
        "uq_obligation_owed",
        table_name="obligation",
        sqlite_where=sa.text("state = 'owed'"),
        postgresql_where=sa.text("state = 'owed'"),
    )
    op.drop_index(op.f("ix_obligation_patient_id"), table_name="obligation")
    op.drop_index("ix_obligation_due", table_name="obligation")
    op.drop_index(op.f("ix_obligation_appointment_id"), table_name="obligation")
    op.drop_table("obligation")
    op.drop_table("feed_bytes")
    op.drop_index(op.f("ix_feed_staff_id"), table_name="feed")
    op.drop_index(op.f("ix_feed_room_id"), table_name="feed")
    op.drop_index(op.f("ix_feed_patient_id"), table_name="feed")
    op.drop_index(op.f("ix_feed_location_id"), table_name="feed")
    op.drop_table("feed")
    op.drop_table("note")
    op.drop_index("ix_job_due", table_name="job")
    op.drop_table("job")
