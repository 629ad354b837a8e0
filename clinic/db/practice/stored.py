"""The whole practice as it is stored, read to be compared and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from clinic.db.practice.credentials import credentials
from clinic.db.practice.rows import Row, absence_from, closure_from, grouped, hours_from, reserved_from
from clinic.db.tables.practice import (
    absence,
    closure,
    location,
    location_hours,
    practice,
    reserved_start,
    room,
    staff,
    staff_hours,
    travel,
)
from clinic.domain.practice.hours import in_order
from clinic.domain.practice.merging import ordered
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Shift, Staff
from clinic.domain.practice.places import Location, Room, Travel
from clinic.domain.practice.practice import Practice, Profile


@dataclass(frozen=True, slots=True)
class Stored:
    """The practice, and the keys and versions of its things by (kind, code)."""

    practice: Practice
    keys: Mapping[tuple[str, str], int]
    versions: Mapping[tuple[str, str], int]


def stored(connection: Connection) -> Stored:
    """Everything, past absences and closures included; values in the order that `merging` gives them."""
    places = connection.execute(select(location).order_by(location.c.id)).mappings().all()
    rooms = connection.execute(select(room).order_by(room.c.position, room.c.id)).mappings().all()
    people = connection.execute(select(staff).order_by(staff.c.position, staff.c.id)).mappings().all()
    kinds = _kinds(places, rooms, people)
    keys = {(kind, row["code"]): row["id"] for kind, rows in kinds for row in rows}
    versions = {(kind, row["code"]): row["version"] for kind, rows in kinds for row in rows}
    head = connection.execute(select(practice.c.version)).scalar()
    codes = {row["id"]: row["code"] for row in places}
    ways = _ways(connection, codes)
    keys |= {("travel", way.code): id_ for id_, way in ways.items()}
    found = Practice(
        _profile(connection),
        _locations(connection, places, rooms),
        _staff(connection, people, codes),
        tuple(ways.values()),
    )
    return Stored(found, keys, versions if head is None else {**versions, ("practice", ""): head})


def _kinds(places: Any, rooms: Any, people: Any) -> tuple[tuple[str, Any], ...]:
    return ("location", places), ("room", rooms), ("staff", people)


def _ways(connection: Connection, codes: Mapping[int, str]) -> dict[int, Travel]:
    rows = connection.execute(select(travel).order_by(travel.c.id)).mappings()
    return {
        row["id"]: Travel(codes[row["from_location_id"]], codes[row["to_location_id"]], row["minutes"]) for row in rows
    }


def _profile(connection: Connection) -> Profile | None:
    row = connection.execute(select(practice)).mappings().one_or_none()
    if row is None:
        return None
    return Profile(
        row["name"],
        row["neutral_name"],
        row["sender"],
        row["language"],
        row["notice_minutes"],
        row["horizon_days"],
        row["weights"],
        row["most_visits_a_day"],
        row["most_visits_a_week"],
        row["cancel_hours"],
        row["reminder_hours"],
    )


def _locations(connection: Connection, places: Any, rooms: Any) -> tuple[Location, ...]:
    closed = grouped(connection, select(closure), "location_id", lambda row: (row["room_id"], closure_from(row)))
    opening = select(
        location_hours.c.location_id,
        location_hours.c.weekday,
        location_hours.c.opens_minute.label("starts_minute"),
        location_hours.c.closes_minute.label("ends_minute"),
        location_hours.c.from_on,
        location_hours.c.until_on,
    ).order_by(location_hours.c.id)
    hours = grouped(connection, opening, "location_id", hours_from)
    return tuple(
        Location(
            code=row["code"],
            name=row["name"],
            address=row["address"],
            tz=row["tz"],
            phone=row["phone"],
            emergency_number=row["emergency_number"],
            country=row["country"],
            jurisdiction=row["jurisdiction"],
            subdivision=row["subdivision"],
            grid_minutes=row["grid_minutes"],
            hours=in_order(hours[row["id"]]),
            closures=frozenset(one for room_id, one in closed[row["id"]] if room_id is None),
            rooms=tuple(_room(each, closed[row["id"]]) for each in rooms if each["location_id"] == row["id"]),
        )
        for row in places
    )


def _room(row: Row, closed: Any) -> Room:
    closures = frozenset(one for room_id, one in closed if room_id == row["id"])
    return Room(row["code"], row["name"], frozenset(row["capabilities"]), row["lanes"], closures, row["active"])


def _staff(connection: Connection, people: Any, codes: Mapping[int, str]) -> tuple[Staff, ...]:
    shifts = grouped(
        connection,
        select(staff_hours).order_by(staff_hours.c.id),
        "staff_id",
        lambda row: Shift(codes[row["location_id"]], hours_from(row)),
    )
    kept = grouped(
        connection,
        select(reserved_start).order_by(reserved_start.c.id),
        "staff_id",
        lambda row: reserved_from(row, codes[row["location_id"]]),
    )
    away = grouped(connection, select(absence), "staff_id", absence_from)
    held = credentials(connection, [row["id"] for row in people])
    return tuple(
        ordered(
            Staff(
                code=row["code"],
                name=row["name"],
                initials=row["initials"],
                kind=row["kind"],
                gender=row["gender"],
                languages=tuple(row["languages"]),
                patient_limits={Modality(name): limit for name, limit in row["patient_limits"].items()},
                credentials=held[row["id"]],
                shifts=tuple(shifts[row["id"]]),
                absences=frozenset(away[row["id"]]),
                reserved=tuple(kept[row["id"]]),
                active=row["active"],
                supervises=row["supervises"],
            )
        )
        for row in people
    )
