"""Therapists' own calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0017"
down_revision = "20261121_0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDRESS = "a secret: who has it reads the calendar; empty for a file"
HASH = "of the entry it is from, which is not kept"
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


RAISE = "UPDATE practice SET site_revision = site_revision + 1"


def upgrade() -> None:
    _source()
    with op.batch_alter_table("external_busy") as busy:
        busy.add_column(sa.Column("source_id", KEY, nullable=True))
        busy.add_column(sa.Column("tentative", sa.Boolean(), server_default=sa.false(), nullable=False))
        busy.add_column(sa.Column("uid_hash", sa.String(length=64), server_default="", nullable=False, comment=HASH))
        busy.create_foreign_key(
            op.f("fk_external_busy_source_id"), "busy_source", ["source_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_index("ix_external_busy_source_id", "external_busy", ["source_id"], unique=False)
    _guard()


def _guard() -> None:
    """Rebuilding the table on SQLite drops its triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(
                f"CREATE TRIGGER site_external_busy_{event} AFTER {event.upper()} ON external_busy BEGIN {RAISE}; END"
            )


def _source() -> None:
    op.create_table(
        "busy_source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment=ADDRESS),
        sa.Column("etag", sa.String(length=200), server_default="", nullable=False),
        sa.Column("last_modified", sa.String(length=200), server_default="", nullable=False),
        sa.Column("entries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("warnings", DOCUMENT, nullable=False, comment="codes with parameters, of the copy that is kept"),
        sa.Column(
            "fault",
            sa.String(length=64),
            server_default="",
            nullable=False,
            comment="a code; empty when the last try was good",
        ),
        sa.Column("fault_params", DOCUMENT, nullable=False),
        sa.Column(
            "failures", sa.Integer(), server_default="0", nullable=False, comment="tries in a row that were none"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('address', 'file')", name=op.f("ck_busy_source_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_busy_source_staff_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_source")),
        sa.UniqueConstraint("public_id", name=op.f("uq_busy_source_public_id")),
    )
    op.create_index("ix_busy_source_staff_id", "busy_source", ["staff_id"], unique=False)
    op.create_index("ix_busy_source_due_at", "busy_source", ["due_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_external_busy_source_id", table_name="external_busy")
    with op.batch_alter_table("external_busy") as busy:
        busy.drop_constraint(op.f("fk_external_busy_source_id"), type_="foreignkey")
        for name in ("uid_hash", "tentative", "source_id"):
            busy.drop_column(name)
    _guard()
    op.drop_table("busy_source")
