"""Roles as data: what each grants, and who has which."""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from clinic.db.tables.access import account_role, role, role_permission
from clinic.domain.access.actors import Places


def put(connection: Connection, grants: Mapping[str, frozenset[str]]) -> None:
    """Make these roles grant exactly this; roles that are not named stay as they are."""
    known = ids(connection)
    for name in sorted(grants.keys() - known.keys()):
        connection.execute(insert(role).values(name=name))
    known = ids(connection)
    mine = {known[name] for name in grants}
    wanted = {(known[name], permission) for name, granted in grants.items() for permission in granted}
    rows = connection.execute(select(role_permission).where(role_permission.c.role_id.in_(mine)))
    there = {(row.role_id, row.permission) for row in rows}
    if wanted - there:
        values = [{"role_id": of, "permission": permission} for of, permission in sorted(wanted - there)]
        connection.execute(insert(role_permission), values)
    for of, permission in sorted(there - wanted):
        connection.execute(
            delete(role_permission).where(role_permission.c.role_id == of, role_permission.c.permission == permission)
        )


def ids(connection: Connection) -> dict[str, int]:
    """Every role by name."""
    return {row.name: row.id for row in connection.execute(select(role))}


def give(connection: Connection, account_id: int, role_id: int, place: int | None = None) -> None:
    """The role at one location, or at every one."""
    connection.execute(insert(account_role).values(account_id=account_id, role_id=role_id, location_id=place))


def names(connection: Connection, account_id: int) -> tuple[str, ...]:
    """The account's roles, in order of name."""
    query = (
        select(role.c.name)
        .join(account_role, account_role.c.role_id == role.c.id)
        .where(account_role.c.account_id == account_id)
        .order_by(role.c.name)
        .distinct()
    )
    return tuple(connection.execute(query).scalars())


def permissions(connection: Connection, account_id: int) -> dict[str, Places]:
    """What the account's roles grant together, each with where it holds. One statement."""
    query = (
        select(role_permission.c.permission, account_role.c.location_id)
        .join(account_role, account_role.c.role_id == role_permission.c.role_id)
        .where(account_role.c.account_id == account_id)
    )
    found: dict[str, Places] = {}
    for permission, place in connection.execute(query):
        known = found.get(permission, frozenset())
        found[permission] = None if place is None or known is None else known | {place}
    return found
