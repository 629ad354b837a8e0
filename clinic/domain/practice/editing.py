"""One thing of a practice put in the place of what it was, or beside the others: what a screen changes."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from clinic.domain.practice.hours import WeeklyHours, in_order
from clinic.domain.practice.merging import check_lanes, ordered
from clinic.domain.practice.people import Shift, Staff
from clinic.domain.practice.places import Location, Room
from clinic.domain.practice.practice import Practice

CODE_LENGTH = 56
_BETWEEN = re.compile(r"[^a-z0-9]+")


class Coded(Protocol):
    """What has a code, its name among its kind."""

    @property
    def code(self) -> str: ...


Thing = TypeVar("Thing", bound=Coded)


def with_location(practice: Practice, site: Location) -> Practice:
    """The location so, with its rooms as they are given."""
    return replace(practice, locations=_put(practice.locations, replace(site, hours=in_order(site.hours))))


def with_room(practice: Practice, at: str, room: Room) -> Practice:
    """The room so, at the location with that code. Raises Invalid for fewer lanes than it has."""
    site = practice.location(at)
    for known in site.rooms:
        if known.code == room.code:
            check_lanes(known.lanes, room.lanes)
    return with_location(practice, replace(site, rooms=_put(site.rooms, room)))


def with_colleague(practice: Practice, person: Staff) -> Practice:
    """The therapist or assistant so. Raises Invalid for fewer lanes than he has."""
    for known in practice.staff:
        if known.code == person.code:
            check_lanes(known.lanes, person.lanes)
    return replace(practice, staff=_put(practice.staff, ordered(person)))


def code_for(name: str, taken: Collection[str]) -> str:
    """A code that says the name and that nobody has: "Café Room" is cafe-room, the next cafe-room-2."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = _BETWEEN.sub("-", plain).strip("-")[:CODE_LENGTH].strip("-") or "x"
    number, found = 1, code
    while found in taken:
        number += 1
        found = f"{code}-{number}"
    return found


def hours_from(known: Iterable[WeeklyHours], told: Iterable[WeeklyHours], day: date) -> tuple[WeeklyHours, ...]:
    """The known hours up to the day before, and those told from that day on."""
    eve = day - timedelta(days=1)
    before = [replace(each, until_on=min(each.until_on or eve, eve)) for each in known if (each.from_on or eve) <= eve]
    after = [
        replace(each, from_on=max(each.from_on or day, day))
        for each in told
        if each.until_on is None or each.until_on >= day
    ]
    return in_order([*before, *after])


def shifts_from(known: Sequence[Shift], told: Sequence[Shift], day: date) -> tuple[Shift, ...]:
    """The same of working hours, location by location."""
    places = dict.fromkeys(each.location for each in (*known, *told))
    return tuple(
        Shift(place, hours) for place in places for hours in hours_from(_at(known, place), _at(told, place), day)
    )


def _at(shifts: Iterable[Shift], place: str) -> list[WeeklyHours]:
    return [each.hours for each in shifts if each.location == place]


def _put(things: Iterable[Thing], thing: Thing) -> tuple[Thing, ...]:
    return tuple(({each.code: each for each in things} | {thing.code: thing}).values())
