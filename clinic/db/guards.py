"""What the database itself refuses, and whether the refusals are in place.

A booked resource is never booked twice: PostgreSQL has an exclusion constraint over one number line a resource, SQLite
two triggers that look at the claim with the greatest start before the new one's end. The audit trail is append-only,
and so are the signed versions of records and the check-ins that patients gave. Rebuilding a SQLite table drops its
triggers without a word, so start-up, readiness and every upgrade compare.
"""

from sqlalchemy import Connection, text

_NEAREST = """SELECT RAISE(ABORT, 'double_booking') WHERE NEW.starts < (
    SELECT ends FROM claim WHERE resource_id = NEW.resource_id AND active AND starts < NEW.ends{other}
    ORDER BY starts DESC LIMIT 1);"""

SITE_TABLES = (
    "absence",
    "closure",
    "credential",
    "external_busy",
    "location_hours",
    "reserved_start",
    "room",
    "staff",
    "staff_hours",
    "travel",
)
"""A change of any of these raises `practice.site_revision`, whoever makes it: what is kept of them rests on that."""

_RAISE = "UPDATE practice SET site_revision = site_revision + 1;"

_SQLITE = {
    "claim_guard_insert": "CREATE TRIGGER claim_guard_insert BEFORE INSERT ON claim WHEN NEW.active BEGIN "
    + _NEAREST.format(other="")
    + " END",
    "claim_guard_update": "CREATE TRIGGER claim_guard_update BEFORE UPDATE ON claim WHEN NEW.active BEGIN "
    + _NEAREST.format(other=" AND id <> OLD.id")
    + " END",
    "audit_guard_update": "CREATE TRIGGER audit_guard_update BEFORE UPDATE ON audit BEGIN "
    "SELECT RAISE(ABORT, 'audit_is_append_only'); END",
    "audit_guard_delete": "CREATE TRIGGER audit_guard_delete BEFORE DELETE ON audit BEGIN "
    "SELECT RAISE(ABORT, 'audit_is_append_only'); END",
    "record_guard_update": "CREATE TRIGGER record_guard_update BEFORE UPDATE ON record_version BEGIN "
    "SELECT RAISE(ABORT, 'record_is_signed'); END",
    "record_guard_delete": "CREATE TRIGGER record_guard_delete BEFORE DELETE ON record_version BEGIN "
    "SELECT RAISE(ABORT, 'record_is_signed'); END",
    "check_in_guard_update": "CREATE TRIGGER check_in_guard_update BEFORE UPDATE ON check_in BEGIN "
    "SELECT RAISE(ABORT, 'check_in_is_given'); END",
    "check_in_guard_delete": "CREATE TRIGGER check_in_guard_delete BEFORE DELETE ON check_in BEGIN "
    "SELECT RAISE(ABORT, 'check_in_is_given'); END",
} | {
    f"site_{table}_{event}": f"CREATE TRIGGER site_{table}_{event} AFTER {event.upper()} ON {table} BEGIN {_RAISE} END"
    for table in SITE_TABLES
    for event in ("insert", "update", "delete")
}

_POSTGRESQL = {
    "ex_claim_double_booking": "EXCLUDE USING gist (int8range(((resource_id << 32) + starts), "
    "((resource_id << 32) + ends)) WITH &&) WHERE (active)",
    "audit_guard": "CREATE TRIGGER audit_guard BEFORE DELETE OR UPDATE ON audit FOR EACH ROW "
    "EXECUTE FUNCTION audit_is_append_only()",
    "audit_is_append_only": "BEGIN RAISE EXCEPTION 'audit_is_append_only'; END",
    "record_guard": "CREATE TRIGGER record_guard BEFORE DELETE OR UPDATE ON record_version FOR EACH ROW "
    "EXECUTE FUNCTION record_is_signed()",
    "record_is_signed": "BEGIN RAISE EXCEPTION 'record_is_signed'; END",
    "check_in_guard": "CREATE TRIGGER check_in_guard BEFORE DELETE OR UPDATE ON check_in FOR EACH ROW "
    "EXECUTE FUNCTION check_in_is_given()",
    "check_in_is_given": "BEGIN RAISE EXCEPTION 'check_in_is_given'; END",
    "site_changed": f"BEGIN {_RAISE} RETURN NULL; END",
} | {
    f"site_{table}": f"CREATE TRIGGER site_{table} AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION site_changed()"
    for table in SITE_TABLES
}

_SQLITE_FOUND = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL_FOUND = text(
    """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'x' AND connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT tgname, replace(pg_get_triggerdef(t.oid), quote_ident(current_schema()) || '.', '') FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT tgisinternal AND tgenabled = 'O' AND c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    """
)


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def missing(connection: Connection) -> tuple[str, ...]:
    """The guards that are absent or altered, by name; empty when the database protects itself."""
    sqlite = connection.dialect.name == "sqlite"
    found = {name: _plain(sql) for name, sql in connection.execute(_SQLITE_FOUND if sqlite else _POSTGRESQL_FOUND)}
    expected = _SQLITE if sqlite else _POSTGRESQL
    return tuple(name for name, sql in expected.items() if found.get(name) != _plain(sql))
