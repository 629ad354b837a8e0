"""Everybody who may sign in, with their roles."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from clinic.db.tables.access import account, account_role, invitation, role, web_session
from clinic.domain.access.actors import Places
from clinic.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Member:
    """An account; `invited_until`: how long its invitation can be followed, None where none waits; `seen_at`: the last
    request of a session that is still on record. `roles`: each with where it holds."""

    id: int
    public_id: str
    email: str
    name: str
    active: bool
    version: int
    roles: Mapping[str, Places]
    invited_until: datetime | None
    seen_at: datetime | None


def members(connection: Connection) -> tuple[Member, ...]:
    """By name. Two statements."""
    held: dict[int, dict[str, Places]] = defaultdict(dict)
    columns = (account_role.c.account_id, role.c.name, account_role.c.location_id)
    for of, name, place in connection.execute(select(*columns).join(role, role.c.id == account_role.c.role_id)):
        known = held[of].get(name, frozenset())
        held[of][name] = None if place is None or known is None else known | {place}
    seen = select(web_session.c.account_id, func.max(web_session.c.seen_at).label("at")).group_by(
        web_session.c.account_id
    )
    last = seen.subquery()
    query = (
        select(account, invitation.c.expires_at, last.c.at)
        .outerjoin(invitation, invitation.c.account_id == account.c.id)
        .outerjoin(last, last.c.account_id == account.c.id)
        .order_by(func.lower(account.c.name), account.c.id)
    )
    return tuple(
        Member(
            row["id"],
            row["public_id"],
            row["email"],
            row["name"],
            row["status"] == "active",
            row["version"],
            held[row["id"]],
            row["expires_at"],
            row["at"],
        )
        for row in connection.execute(query).mappings()
    )


def member(connection: Connection, public_id: str) -> Member:
    """The account with that public id. Raises NotFound."""
    for one in members(connection):
        if one.public_id == public_id:
            return one
    raise NotFound("account")


def give(connection: Connection, account_id: int, role_ids: Mapping[int, Places]) -> None:
    """Exactly these roles, each at these locations; the account's version is raised."""
    connection.execute(delete(account_role).where(account_role.c.account_id == account_id))
    rows = [
        {"account_id": account_id, "role_id": of, "location_id": place}
        for of, places in sorted(role_ids.items())
        for place in ([None] if places is None else sorted(places))
    ]
    connection.execute(insert(account_role), rows)
    connection.execute(update(account).where(account.c.id == account_id).values(version=account.c.version + 1))


def end_sessions(connection: Connection, account_id: int, now: datetime) -> None:
    """Nobody is signed in to it any longer."""
    query = update(web_session).where(web_session.c.account_id == account_id, web_session.c.revoked_at.is_(None))
    connection.execute(query.values(revoked_at=now))
