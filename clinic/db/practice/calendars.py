"""Loading a location for the placer: one statement a kind of thing, plain values out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, Text, and_, bindparam, cast, or_, select

from clinic.db.connect import WRITES
from clinic.db.practice.credentials import credentials
from clinic.db.practice.rows import Row, absence_from, closure_from, grouped, hours_from, reserved_from
from clinic.db.tables.practice import (
    absence,
    closure,
    external_busy,
    location,
    location_hours,
    practice,
    reserved_start,
    resource,
    room,
    staff,
    staff_hours,
    travel,
)
from clinic.domain.errors import NotFound
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.places import DEFAULT_TRAVEL_MINUTES, Closure
from clinic.domain.practice.site import Colleague, Site, SiteRoom
from clinic.domain.time import tick_floor


@dataclass(frozen=True, slots=True)
class _Kept:
    """A site as it was read, and the row of its location and practice, whose revision the database raises with every
    change of the rest."""

    head: tuple[Any, ...]
    since: datetime
    site: Site


_KEPT: WeakKeyDictionary[Engine, dict[int, _Kept]] = WeakKeyDictionary()


def load(connection: Connection, location_id: int, *, since: datetime) -> Site:
    """The location with what matters from `since` on, perhaps with what mattered before. Raises NotFound.

    While nothing of it changed it is the one that was read before: a single statement. A transaction that writes keeps
    nothing, since it may be rolled back.
    """
    return _found(connection, location_id, since)


def named(connection: Connection, said: str, *, since: datetime) -> Site:
    """The same by public id or code."""
    return _found(connection, said, since)


HEAD: tuple[ColumnElement[Any], ...] = (
    location.c.id,
    location.c.public_id,
    location.c.code,
    location.c.name,
    location.c.tz,
    location.c.grid_minutes,
    location.c.jurisdiction,
    practice.c.notice_minutes,
    practice.c.horizon_days,
    cast(practice.c.weights, Text).label("weights"),
    practice.c.most_visits_a_day,
    practice.c.most_visits_a_week,
    practice.c.site_revision,
)
"""The columns that say which site it is and whether it is still as it was read; the location's key comes first."""
AT_LOCATION = location.join(practice, practice.c.id == 1)
"""Where they are selected from."""
IS_LOCATION = {
    int: location.c.id == bindparam("location"),
    str: or_(location.c.public_id == bindparam("location"), location.c.code == bindparam("location")),
}
"""Which location is meant, by the type of what is said: its key, or its public id or code."""
_BY = {type_: select(*HEAD).select_from(AT_LOCATION).where(meant) for type_, meant in IS_LOCATION.items()}


def _found(connection: Connection, said: int | str, since: datetime) -> Site:
    row = connection.execute(_BY[type(said)], {"location": said}).one_or_none()
    if row is None:
        raise NotFound("location")
    return as_of(connection, row, since=since)


def as_of(connection: Connection, values: Sequence[Any], *, since: datetime) -> Site:
    """The site with these values of HEAD: the one that was read before, or else it is read now."""
    head = tuple(values)
    known = _KEPT.setdefault(connection.engine, {})
    kept = known.get(head[0])
    if kept is not None and kept.head == head and kept.since <= since:
        return kept.site
    site = _site(connection, {column.key: value for column, value in zip(HEAD, head, strict=True)}, since)
    if not connection.get_execution_options().get(WRITES, False):
        known[site.id] = _Kept(head, since, site)
    return site


def _site(connection: Connection, row: Row, since: datetime) -> Site:
    location_id = row["id"]
    closures = grouped(connection, select(closure).where(closure.c.location_id == location_id), "room_id", closure_from)
    hours = select(
        location_hours.c.location_id,
        location_hours.c.weekday,
        location_hours.c.opens_minute.label("starts_minute"),
        location_hours.c.closes_minute.label("ends_minute"),
        location_hours.c.from_on,
        location_hours.c.until_on,
    ).where(location_hours.c.location_id == location_id)
    return Site(
        row["id"],
        row["public_id"],
        row["code"],
        row["name"],
        row["tz"],
        row["grid_minutes"],
        row["jurisdiction"],
        row["notice_minutes"],
        row["horizon_days"],
        json.loads(row["weights"]),
        tuple(grouped(connection, hours, "location_id", hours_from).get(location_id, [])),
        tuple(closures.get(None, [])),
        _rooms(connection, location_id, closures),
        _staff(connection, row["id"], row["code"], since),
        row["most_visits_a_day"],
        row["most_visits_a_week"],
        _travel(connection, location_id),
    )


def _travel(connection: Connection, location_id: int) -> dict[int, int]:
    """Minutes to every other location."""
    others = connection.execute(select(location.c.id).where(location.c.id != location_id)).scalars()
    ways = select(travel.c.from_location_id, travel.c.to_location_id, travel.c.minutes).where(
        or_(travel.c.from_location_id == location_id, travel.c.to_location_id == location_id)
    )
    stated = {one if other == location_id else other: minutes for one, other, minutes in connection.execute(ways)}
    return dict.fromkeys(others, DEFAULT_TRAVEL_MINUTES) | stated


def _lanes(connection: Connection, kind: str) -> dict[int, list[int]]:
    query = select(resource.c.owner_id, resource.c.id).where(resource.c.kind == kind, resource.c.overbook.is_(False))
    return grouped(connection, query.order_by(resource.c.lane), "owner_id", lambda row: row["id"])


def _rooms(connection: Connection, location_id: int, closures: dict[int | None, list[Closure]]) -> tuple[SiteRoom, ...]:
    lanes = _lanes(connection, "room")
    query = (
        select(room)
        .where(room.c.location_id == location_id, room.c.active)
        .order_by(room.c.position, room.c.name, room.c.id)
    )
    return tuple(
        SiteRoom(
            row["id"],
            row["public_id"],
            row["name"],
            frozenset(row["capabilities"]),
            tuple(lanes[row["id"]]),
            tuple(closures.get(row["id"], [])),
        )
        for row in connection.execute(query).mappings()
    )


def _staff(connection: Connection, location_id: int, code: str, since: datetime) -> tuple[Colleague, ...]:
    at_work = select(staff_hours).where(staff_hours.c.location_id == location_id)
    hours = grouped(connection, at_work, "staff_id", hours_from)
    absences = select(absence).where(absence.c.ends_at > since).order_by(absence.c.starts_at)
    away = grouped(connection, absences, "staff_id", absence_from)
    elsewhere = select(external_busy).where(external_busy.c.ends_tick > tick_floor(since))
    busy = grouped(connection, elsewhere, "staff_id", lambda row: (row["starts_tick"], row["ends_tick"]))
    kept = select(reserved_start).where(reserved_start.c.location_id == location_id)
    reserved = grouped(connection, kept, "staff_id", lambda row: reserved_from(row, code))
    held = credentials(connection, list(hours))
    roaming = _roaming(connection, location_id, list(hours))
    lanes = _lanes(connection, "staff")
    query = (
        select(staff)
        .where(and_(staff.c.id.in_(list(hours)), staff.c.active))
        .order_by(staff.c.position, staff.c.name, staff.c.id)
    )
    return tuple(
        Colleague(
            row["id"],
            row["public_id"],
            row["name"],
            row["gender"],
            row["kind"],
            tuple(lanes[row["id"]]),
            held[row["id"]],
            tuple(hours[row["id"]]),
            tuple(away[row["id"]]),
            tuple(busy[row["id"]]),
            tuple(reserved[row["id"]]),
            row["supervises"],
            {Modality(name): limit for name, limit in row["patient_limits"].items()},
            row["id"] in roaming,
        )
        for row in connection.execute(query).mappings()
    )


def _roaming(connection: Connection, location_id: int, staff_ids: Sequence[int]) -> set[int]:
    """Those of them who work at another location, too."""
    elsewhere = and_(staff_hours.c.location_id != location_id, staff_hours.c.staff_id.in_(staff_ids))
    return set(connection.execute(select(staff_hours.c.staff_id).where(elsewhere)).scalars())
