"""A number that rises when hours, people, rooms, closures or absences change, so that what is kept of them is true."""

import sqlalchemy as sa
from alembic import op

revision = "20261120_0009"
down_revision = "20261120_0008"
branch_labels = None
depends_on = None

TABLES = (
    "absence",
    "closure",
    "credential",
    "external_busy",
    "location_hours",
    "reserved_start",
    "room",
    "staff",
    "staff_hours",
)
RAISE = "UPDATE practice SET site_revision = site_revision + 1"


def upgrade() -> None:
    op.add_column("practice", sa.Column("site_revision", sa.Integer(), nullable=False, server_default="1"))
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for event in ("insert", "update", "delete"):
                op.execute(f"CREATE TRIGGER site_{table}_{event} AFTER {event.upper()} ON {table} BEGIN {RAISE}; END")
        return
    op.execute(
        f"CREATE FUNCTION site_changed() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {RAISE}; RETURN NULL; END$$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER site_{table} AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION site_changed()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for event in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER site_{table}_{event}")
    else:
        for table in TABLES:
            op.execute(f"DROP TRIGGER site_{table} ON {table}")
        op.execute("DROP FUNCTION site_changed()")
    op.drop_column("practice", "site_revision")
