"""Subscriptions of a relative, and how private a subscribed calendar is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0015"
down_revision = "20261121_0014"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PRACTICE = {
    "feed_titles": "VARCHAR(16) DEFAULT 'initials' NOT NULL CONSTRAINT ck_practice_feed_titles"
    " CHECK (feed_titles IN ('initials', 'code', 'name'))",
    "stale_feed_days": "INTEGER DEFAULT 7 NOT NULL CONSTRAINT ck_practice_stale_feed_days"
    " CHECK (stale_feed_days BETWEEN 1 AND 90)",
}


def upgrade() -> None:
    label = "what its reader calls the patient's visits"
    with op.batch_alter_table("feed") as feed:
        feed.add_column(sa.Column("relative_id", KEY, nullable=True))
        feed.add_column(sa.Column("label", sa.String(length=20), nullable=False, server_default="", comment=label))
        feed.add_column(sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.true()))
        feed.create_foreign_key(op.f("fk_feed_relative_id"), "patient", ["relative_id"], ["id"], ondelete="RESTRICT")
        feed.create_index(op.f("ix_feed_relative_id"), ["relative_id"])
    stamps = "by UID what was shown and since when"
    op.add_column("feed_bytes", sa.Column("stamps", DOCUMENT, nullable=False, server_default="{}", comment=stamps))
    for name, column in PRACTICE.items():
        op.execute(f"ALTER TABLE practice ADD COLUMN {name} {column}")
    shows = sa.Column(
        "shows_feed",
        sa.Boolean(),
        nullable=False,
        server_default=sa.false(),
        comment="sees_feed, the other way round",
    )
    op.add_column("patient_relation", shows)


def downgrade() -> None:
    op.drop_column("patient_relation", "shows_feed")
    for name in PRACTICE:
        op.drop_column("practice", name)
    op.drop_column("feed_bytes", "stamps")
    with op.batch_alter_table("feed") as feed:
        feed.drop_index(op.f("ix_feed_relative_id"))
        feed.drop_constraint(op.f("fk_feed_relative_id"), type_="foreignkey")
        for name in ("private", "label", "relative_id"):
            feed.drop_column(name)
