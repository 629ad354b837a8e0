from sqlalchemy import select

from clinic.db.access import roles
from clinic.db.tables.access import role, role_permission
from clinic.db.unit import Database


def granted(database: Database) -> set[tuple[str, str]]:
    with database.read() as unit:
        query = select(role.c.name, role_permission.c.permission).join(role_permission)
        return {(row[0], row[1]) for row in unit.connection.execute(query)}


def test_a_role_grants_exactly_what_was_put_last_and_others_are_left_alone(database: Database) -> None:
    with database.begin() as unit:
        roles.put(unit.connection, {"own": frozenset({"a.read"}), "shipped": frozenset({"a.read", "b.read"})})
    with database.begin() as unit:
        roles.put(unit.connection, {"shipped": frozenset({"b.read", "c.read"})})
    assert granted(database) == {("own", "a.read"), ("shipped", "b.read"), ("shipped", "c.read")}
    with database.begin() as unit:
        roles.put(unit.connection, {"shipped": frozenset({"b.read", "c.read"})})
    assert len(granted(database)) == 3
