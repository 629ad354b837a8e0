"""Answers to invitations, and tasks with an owner."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0014"
down_revision = "20261121_0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ANSWERS = "'none', 'accepted', 'declined', 'tentative'"


def upgrade() -> None:
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("key", sa.String(length=160), nullable=True))
        task.add_column(sa.Column("owner_id", KEY, nullable=True))
        task.add_column(sa.Column("state", sa.String(length=16), server_default="open", nullable=False))
        task.create_unique_constraint(op.f("uq_task_key"), ["key"])
        task.create_foreign_key(op.f("fk_task_owner_id"), "account", ["owner_id"], ["id"], ondelete="RESTRICT")
        task.create_check_constraint(op.f("ck_task_state"), "state IN ('open', 'done', 'dropped')")
    op.execute("UPDATE task SET state = 'done' WHERE done_at IS NOT NULL")
    op.create_index("ix_task_owner_id", "task", ["owner_id"], unique=False)
    op.create_index("ix_task_state", "task", ["state", "created_at"], unique=False)
    op.execute(
        "ALTER TABLE appointment ADD COLUMN answer VARCHAR(16) DEFAULT 'none' NOT NULL"
        f" CONSTRAINT ck_appointment_answer CHECK (answer IN ({ANSWERS}))"
    )
    op.add_column("appointment", sa.Column("timed_sequence", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE appointment SET timed_sequence = sequence")
    _reply()


def _reply() -> None:
    op.create_table(
        "reply",
        sa.Column("id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("uid", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('accepted', 'declined', 'tentative', 'counter')", name=op.f("ck_reply_answer")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_reply_appointment_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("uid", "sequence", "stamped_at", name=op.f("uq_reply_uid_sequence_stamped_at")),
    )
    op.create_index("ix_reply_appointment_id", "reply", ["appointment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reply")
    op.drop_column("appointment", "timed_sequence")
    op.drop_column("appointment", "answer")
    op.drop_index("ix_task_state", table_name="task")
    op.drop_index("ix_task_owner_id", table_name="task")
    with op.batch_alter_table("task") as task:
        task.drop_constraint(op.f("ck_task_state"), type_="check")
        task.drop_constraint(op.f("fk_task_owner_id"), type_="foreignkey")
        task.drop_constraint(op.f("uq_task_key"), type_="unique")
        for column in ("state", "owner_id", "key"):
            task.drop_column(column)
