"""What a practice becomes once a file has been heard, and what of it is new or changed.

A file is the whole truth about the profile, and about the hours, credentials and limits of everything it names.
Closures and absences are only added, since the desk enters them too; what a file does not name stays as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults
from clinic.domain.practice.hours import in_order
from clinic.domain.practice.people import ReservedStart, Shift, Staff
from clinic.domain.practice.places import Closure, Location, Room
from clinic.domain.practice.practice import Practice


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is practice, location, room, staff or travel; `code` its name in files, empty for the practice itself."""

    kind: str
    code: str
    is_new: bool


def merged(known: Practice, told: Practice) -> Practice:
    """The practice after the file. Raises Invalid for absences that overlap, for fewer lanes, for a room that moved."""
    faults = Faults()
    locations = {each.code: each for each in known.locations}
    for location in told.locations:
        with faults.under(f"locations.{location.code}"):
            locations[location.code] = _location(locations.get(location.code), location)
    staff = {each.code: each for each in known.staff}
    for person in told.staff:
        with faults.under(f"staff.{person.code}"):
            staff[person.code] = _staff(staff.get(person.code), person)
    faults.settle()
    travel = {each.code: each for each in (*known.travel, *told.travel)}
    return Practice(told.profile, tuple(locations.values()), tuple(staff.values()), tuple(travel.values()))


def changes(known: Practice, anew: Practice) -> tuple[Change, ...]:
    """What is new or changed, in the order in which it can be written."""
    before = _things(known)
    return tuple(
        Change(kind, code, is_new=(kind, code) not in before)
        for (kind, code), thing in _things(anew).items()
        if before.get((kind, code)) != thing
    )


def named(told: Practice) -> int:
    """How many things a file names."""
    return len(_things(told))


def _things(practice: Practice) -> dict[tuple[str, str], object]:
    things: dict[tuple[str, str], object] = {}
    if practice.profile is not None:
        things["practice", ""] = practice.profile
    for location in practice.locations:
        things["location", location.code] = replace(location, rooms=())
        things |= {("room", room.code): (location.code, room) for room in location.rooms}
    things |= {("staff", person.code): person for person in practice.staff}
    return things | {("travel", way.code): way for way in practice.travel}


def _location(known: Location | None, told: Location) -> Location:
    rooms = {room.code: room for room in known.rooms} if known else {}
    faults = Faults()
    for room in told.rooms:
        with faults.under(f"rooms.{room.code}"):
            rooms[room.code] = _room(rooms.get(room.code), room)
    faults.settle()
    closures = _added(known.closures if known else (), told.closures)
    return replace(told, hours=in_order(told.hours), closures=closures, rooms=tuple(rooms.values()))


def _room(known: Room | None, told: Room) -> Room:
    if known is None:
        return told
    check_lanes(known.lanes, told.lanes)
    return replace(told, closures=_added(known.closures, told.closures))


def _staff(known: Staff | None, told: Staff) -> Staff:
    if known is None:
        return ordered(told)
    check_lanes(known.lanes, told.lanes)
    return ordered(replace(told, absences=told.absences | known.absences))


def ordered(person: Staff) -> Staff:
    """The same with credentials, hours and reserved starts in the order in which they are compared."""
    return replace(
        person,
        credentials=tuple(sorted(person.credentials, key=lambda each: (each.kind, each.jurisdiction, each.number))),
        shifts=tuple(_shifts(person.shifts)),
        reserved=tuple(sorted(person.reserved, key=_reserved_order)),
    )


def check_lanes(known: int, told: int) -> None:
    """Raises Invalid(lanes_fewer): lanes that visits hold cannot be taken away."""
    if told < known:
        raise Invalid("lanes_fewer", field="lanes", known=known, told=told)


def _shifts(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """By location, then by hours."""
    for code in sorted({shift.location for shift in shifts}):
        yield from (Shift(code, hours) for hours in in_order(one.hours for one in shifts if one.location == code))


def _reserved_order(each: ReservedStart) -> tuple[str, int, int, int, str, int]:
    return each.location, each.weekday, each.starts_minute, each.ends_minute, each.kind, each.release_days


def _added(known: Iterable[Closure], told: Iterable[Closure]) -> frozenset[Closure]:
    """Both. Of the same days under two names the known one stays; of one name and first day the told one counts."""
    days = {(each.first_on, each.last_on) for each in known}
    anew = {(each.first_on, each.name): each for each in told if (each.first_on, each.last_on) not in days}
    return frozenset(({(each.first_on, each.name): each for each in known} | anew).values())
