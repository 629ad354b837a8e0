"""Notes of the practice's own: every version is a row, and the latest that was approved is told."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, select, update

from clinic.db.tables.access import account
from clinic.db.tables.messages import note
from clinic.db.tables.practice import location, practice
from clinic.domain.access.actors import ACCOUNT, of_account


class Version(NamedTuple):
    """One version of a note; an empty `body` stands for the text that ships."""

    id: int
    public_id: str
    key: str
    language: str
    number: int
    body: Mapping[str, Any]
    author: str
    written_at: datetime
    approved_at: datetime | None
    approved_by: str


_COLUMNS = (
    note.c.id,
    note.c.public_id,
    note.c.key,
    note.c.language,
    note.c.number,
    note.c.body,
    note.c.author,
    note.c.written_at,
    note.c.approved_at,
    note.c.approved_by,
)


def approved(connection: Connection) -> tuple[Version, ...]:
    """Of each note in each language the latest version that was approved, where there is one."""
    return _latest(connection, select(*_COLUMNS).where(note.c.approved_at.is_not(None)))


def latest(connection: Connection) -> tuple[Version, ...]:
    """Of each note in each language the latest version, approved or not."""
    return _latest(connection, select(*_COLUMNS))


def _latest(connection: Connection, query: Select[Any]) -> tuple[Version, ...]:
    rows = connection.execute(query.order_by(note.c.number))
    return tuple({(row.key, row.language): Version._make(row) for row in rows}.values())


def versions(connection: Connection, key: str, language: str) -> tuple[Version, ...]:
    """Of one note, the latest first."""
    query = select(*_COLUMNS).where(note.c.key == key, note.c.language == language).order_by(note.c.number.desc())
    return tuple(Version._make(row) for row in connection.execute(query))


def names(connection: Connection, actors: Collection[str]) -> dict[str, str]:
    """What those who write and approve are called, by how the audit trail names them; parts of the software are left
    out."""
    wanted = [actor.removeprefix(ACCOUNT) for actor in actors if actor.startswith(ACCOUNT)]
    query = select(account.c.public_id, account.c.name).where(account.c.public_id.in_(wanted))
    return {of_account(row.public_id): row.name for row in connection.execute(query)} if wanted else {}


class Place(NamedTuple):
    """Whom a note says to call: as at the first location."""

    emergency_number: str
    phone: str


def place(connection: Connection) -> Place:
    """Made up before there is a location."""
    query = select(location.c.emergency_number, location.c.phone).order_by(location.c.id).limit(1)
    row = connection.execute(query).one_or_none()
    return Place("112", "") if row is None else Place._make(row)


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a version; its key."""
    return int(connection.execute(insert(note).returning(note.c.id), dict(values)).scalar_one())


def approve(connection: Connection, id_: int, by: str, now: datetime) -> None:
    """It is told from now on; whatever shows notes is drawn anew."""
    connection.execute(update(note).where(note.c.id == id_).values(approved_at=now, approved_by=by))
    connection.execute(update(practice).values(revision=practice.c.revision + 1))
