"""What the database itself refuses: double bookings, and changes to the audit trail."""

from alembic import op

revision = "20261120_0008"
down_revision = "20261120_0007"
branch_labels = None
depends_on = None

NEAREST = """SELECT RAISE(ABORT, 'double_booking') WHERE NEW.starts < (
    SELECT ends FROM claim WHERE resource_id = NEW.resource_id AND active AND starts < NEW.ends{other}
    ORDER BY starts DESC LIMIT 1);"""

SQLITE = {
    "claim_guard_insert": "BEFORE INSERT ON claim WHEN NEW.active BEGIN " + NEAREST.format(other="") + " END",
    "claim_guard_update": "BEFORE UPDATE ON claim WHEN NEW.active BEGIN "
    + NEAREST.format(other=" AND id <> OLD.id")
    + " END",
    "audit_guard_update": "BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END",
    "audit_guard_delete": "BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END",
}

POSTGRESQL_UP = (
    """ALTER TABLE claim ADD CONSTRAINT ex_claim_double_booking EXCLUDE USING gist (
        int8range((resource_id << 32) + starts, (resource_id << 32) + ends) WITH &&
    ) WHERE (active)""",
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'audit_is_append_only'; END$$""",
    """CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit
        FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
)

POSTGRESQL_DOWN = (
    "DROP TRIGGER audit_guard ON audit",
    "DROP FUNCTION audit_is_append_only()",
    "ALTER TABLE claim DROP CONSTRAINT ex_claim_double_booking",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body}")
        return
    for statement in POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for statement in POSTGRESQL_DOWN:
        op.execute(statement)
