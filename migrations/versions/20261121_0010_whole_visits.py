"""Visits of several stretches, supervision, travel between locations, how many visits a patient has, relatives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0010"
down_revision = "20261120_0009"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RAISE = "UPDATE practice SET site_revision = site_revision + 1"
MOST = {"most_visits_a_day": (1, 5), "most_visits_a_week": (5, 14)}


def upgrade() -> None:
    for name in ("apart", "remote"):
        op.add_column("component", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("component", sa.Column("muscles", DOCUMENT, nullable=False, server_default="[]"))
    op.add_column("staff", sa.Column("supervises", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "patient_relation", sa.Column("back_to_back", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name, (default, most) in MOST.items():
        op.execute(
            f"ALTER TABLE practice ADD COLUMN {name} INTEGER DEFAULT {default} NOT NULL"
            f" CONSTRAINT ck_practice_{name} CHECK ({name} BETWEEN 1 AND {most})"
        )
    _travel()


def _travel() -> None:
    op.create_table(
        "travel",
        sa.Column("id", KEY, nullable=False),
        sa.Column("from_location_id", KEY, nullable=False),
        sa.Column("to_location_id", KEY, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_location_id < to_location_id", name=op.f("ck_travel_once")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 480", name=op.f("ck_travel_minutes")),
        sa.ForeignKeyConstraint(
            ["from_location_id"], ["location.id"], name=op.f("fk_travel_from_location_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"], ["location.id"], name=op.f("fk_travel_to_location_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel")),
        sa.UniqueConstraint(
            "from_location_id", "to_location_id", name=op.f("uq_travel_from_location_id_to_location_id")
        ),
    )
    op.create_index("ix_travel_to_location_id", "travel", ["to_location_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            op.execute(f"CREATE TRIGGER site_travel_{event} AFTER {event.upper()} ON travel BEGIN {RAISE}; END")
        return
    op.execute(
        "CREATE TRIGGER site_travel AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON travel"
        " FOR EACH STATEMENT EXECUTE FUNCTION site_changed()"
    )


def downgrade() -> None:
    op.drop_table("travel")
    for name in MOST:
        op.drop_column("practice", name)
    op.drop_column("patient_relation", "back_to_back")
    op.drop_column("staff", "supervises")
    for name in ("muscles", "remote", "apart"):
        op.drop_column("component", name)
