"""Therapists' own calendars: where they are read, how the last try went, and which time they keep busy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from clinic.db.tables.practice import busy_source, external_busy, location, staff, staff_hours
from clinic.domain.errors import NotFound


class Row(NamedTuple):
    """A busy stretch in ticks, and a hash of the entry it is from."""

    starts: int
    ends: int
    tentative: bool
    uid_hash: str


class Owner(NamedTuple):
    """Whose calendars; `tz` is that of the first location where they work."""

    id: int
    public_id: str
    name: str
    tz: str


@dataclass(frozen=True, slots=True)
class Source:
    """A calendar that is read. `checked_at` is the last try, `good_at` the last that came to something, `read_at` the
    last whose entries were laid out; `due_at` the next, or until when somebody has it in hand."""

    id: int
    public_id: str
    staff_id: int
    name: str
    kind: str
    address: str = field(repr=False)
    etag: str
    last_modified: str
    entries: int
    warnings: list[dict[str, Any]]
    fault: str
    fault_params: dict[str, Any]
    failures: int
    created_at: datetime
    checked_at: datetime | None
    good_at: datetime | None
    read_at: datetime | None
    due_at: datetime | None


_SOURCE: Final = tuple(busy_source.c[name] for name in Source.__slots__)
_TICKS: Final = (external_busy.c.starts_tick, external_busy.c.ends_tick)
_ROW: Final = (*_TICKS, external_busy.c.tentative, external_busy.c.uid_hash)


def owner(connection: Connection, said: str) -> Owner:
    """Somebody on the staff by public id or code. Raises NotFound."""
    return _owner(connection, or_(staff.c.public_id == said, staff.c.code == said))


def owner_of(connection: Connection, source: Source) -> Owner:
    """Whose calendar it is."""
    return _owner(connection, staff.c.id == source.staff_id)


def _owner(connection: Connection, who: Any) -> Owner:
    works = select(location.c.tz).join(staff_hours, staff_hours.c.location_id == location.c.id)
    here = works.where(staff_hours.c.staff_id == staff.c.id).order_by(location.c.id).limit(1).scalar_subquery()
    anywhere = select(location.c.tz).order_by(location.c.id).limit(1).scalar_subquery()
    query = select(staff.c.id, staff.c.public_id, staff.c.name, func.coalesce(here, anywhere, "UTC")).where(who)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("therapist")
    return Owner._make(row)


def add(connection: Connection, staff_id: int, *, now: datetime, **values: Any) -> int:
    """A new calendar's key."""
    row = {"staff_id": staff_id, "warnings": [], "fault_params": {}, "created_at": now, **values}
    return int(connection.execute(insert(busy_source).values(row).returning(busy_source.c.id)).scalar_one())


def named(connection: Connection, staff_id: int, public_id: str) -> Source:
    """A calendar of theirs. Raises NotFound."""
    found = _sources(connection, busy_source.c.staff_id == staff_id, busy_source.c.public_id == public_id)
    if not found:
        raise NotFound("calendar")
    return found[0]


def of_staff(connection: Connection, staff_id: int) -> tuple[Source, ...]:
    """Their calendars, in the order in which they were added."""
    return _sources(connection, busy_source.c.staff_id == staff_id)


def _sources(connection: Connection, *conditions: Any) -> tuple[Source, ...]:
    query = select(*_SOURCE).where(*conditions).order_by(busy_source.c.id)
    return tuple(Source(*row) for row in connection.execute(query))


class Line(NamedTuple):
    """A calendar in the list of all."""

    public_id: str
    staff: str
    name: str
    kind: str
    fault: str
    fault_params: dict[str, Any]
    good_at: datetime | None


def lines(connection: Connection) -> tuple[Line, ...]:
    """Every calendar, by therapist."""
    columns = (busy_source.c[name] for name in Line._fields[2:])
    query = select(busy_source.c.public_id, staff.c.code, *columns).join(staff, staff.c.id == busy_source.c.staff_id)
    return tuple(Line._make(row) for row in connection.execute(query.order_by(staff.c.position, busy_source.c.id)))


def remove(connection: Connection, source_id: int) -> None:
    """Forget the calendar, its address and all that it kept busy."""
    connection.execute(delete(external_busy).where(external_busy.c.source_id == source_id))
    connection.execute(delete(busy_source).where(busy_source.c.id == source_id))


def due(connection: Connection, now: datetime) -> bool:
    """Whether a calendar is to be read: asked before a transaction that writes."""
    return connection.execute(_due(now)).first() is not None


def claim(connection: Connection, *, now: datetime, until: datetime) -> Source | None:
    """The calendar that is due longest, of several the one that was there first, for nobody else until then."""
    first = _due(now).with_for_update(skip_locked=True).scalar_subquery()
    taken = update(busy_source).where(busy_source.c.id == first).values(due_at=until).returning(*_SOURCE)
    row = connection.execute(taken).one_or_none()
    return None if row is None else Source(*row)


def _due(now: datetime) -> Select[tuple[int]]:
    query = select(busy_source.c.id).join(staff, staff.c.id == busy_source.c.staff_id)
    return (
        query.where(busy_source.c.due_at <= now, staff.c.active)
        .order_by(busy_source.c.due_at, busy_source.c.id)
        .limit(1)
    )


def ask_again(connection: Connection, source_id: int, due_at: datetime) -> None:
    """Read it then, unless it is a file."""
    wanted = and_(busy_source.c.id == source_id, busy_source.c.kind == "address")
    connection.execute(update(busy_source).where(wanted).values(due_at=due_at))


def mark(connection: Connection, source: Source, values: Mapping[str, Any]) -> bool:
    """Note how the try went; False where it was removed or claimed anew since `source` was read."""
    same = and_(busy_source.c.id == source.id, busy_source.c.due_at.is_not_distinct_from(source.due_at))
    return connection.execute(update(busy_source).where(same).values(**values)).rowcount == 1


def spans(connection: Connection, staff_id: int, since: int) -> list[tuple[int, int]]:
    """All that is kept busy for somebody from that tick on, by start."""
    query = select(*_TICKS).where(external_busy.c.staff_id == staff_id, external_busy.c.ends_tick > since)
    return [(row.starts_tick, row.ends_tick) for row in connection.execute(query.order_by(external_busy.c.starts_tick))]


def replace(connection: Connection, source: Source, rows: Collection[Row]) -> bool:
    """Make these what the calendar keeps busy; whether anything changed. What stays the same is not touched: every
    change has the sites read anew."""
    mine = external_busy.c.source_id == source.id
    known = {
        Row._make(row[1:]): int(row[0]) for row in connection.execute(select(external_busy.c.id, *_ROW).where(mine))
    }
    wanted = set(rows)
    gone = [id_ for row, id_ in known.items() if row not in wanted]
    for at in range(0, len(gone), 500):
        connection.execute(delete(external_busy).where(external_busy.c.id.in_(gone[at : at + 500])))
    head = {"staff_id": source.staff_id, "source_id": source.id}
    fresh = [
        {**head, "starts_tick": row.starts, "ends_tick": row.ends, "tentative": row.tentative, "uid_hash": row.uid_hash}
        for row in sorted(wanted - known.keys())
    ]
    if fresh:
        connection.execute(insert(external_busy), fresh)
    return bool(gone or fresh)


def ahead(connection: Connection, staff_id: int, first: int, last: int) -> dict[int, int]:
    """How many busy stretches meet [first, last), by calendar."""
    query = select(external_busy.c.source_id, func.count()).where(
        external_busy.c.staff_id == staff_id, external_busy.c.starts_tick < last, external_busy.c.ends_tick > first
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(external_busy.c.source_id))}
