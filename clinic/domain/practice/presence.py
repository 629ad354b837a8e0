"""Whether a visit lies where and when the practice can give it: open, staffed, in a room, on valid authority."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from clinic.domain.practice.body import Region
from clinic.domain.practice.credentials import Authorised, authorises
from clinic.domain.practice.hours import WeeklyHours, covers
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Staff
from clinic.domain.practice.places import Closure, Location, Room
from clinic.domain.practice.practice import Practice
from clinic.domain.time import DAY_MINUTES, Span, wall, zone


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a visit: with whom and in which room, by code; None where it needs nobody or no room."""

    starts: datetime
    ends: datetime
    staff: str | None
    room: str | None
    modalities: tuple[Modality, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit that is booked or held, at the location with that code; `regions` are those needled."""

    public_id: str
    location: str
    parts: tuple[Part, ...]
    regions: frozenset[Region] = frozenset()


class _Closed(Protocol):
    @property
    def closures(self) -> frozenset[Closure]: ...


def stranded(practice: Practice, visits: Iterable[Standing]) -> tuple[str, ...]:
    """The public ids of the visits that the practice, as it is, could not give; in the order given."""
    return tuple(
        visit.public_id for visit in visits if any(not _possible(practice, visit, part) for part in visit.parts)
    )


def _possible(practice: Practice, visit: Standing, part: Part) -> bool:
    location, span = practice.location(visit.location), Span(part.starts, part.ends)
    room = None if part.room is None else practice.room(part.room)
    staff = None if part.staff is None else practice.colleague(part.staff)
    day = wall(part.starts, zone(location.tz))[0]
    return (
        is_open(location, span)
        and (room is None or _has_room(room, day))
        and (staff is None or (_works(staff, location, span) and _may(practice, staff, visit, part, day)))
    )


def is_open(location: Location, span: Span) -> bool:
    """Whether the location is open for the whole span and not closed that day."""
    return within(location.hours, zone(location.tz), span) and not _closed(
        location, wall(span.start, zone(location.tz))[0]
    )


def _has_room(room: Room, day: date) -> bool:
    """Whether the room is in use that day."""
    return room.active and not _closed(room, day)


def _works(staff: Staff, location: Location, span: Span) -> bool:
    """Whether somebody works at the location for the whole span and is not away in it."""
    hours = [shift.hours for shift in staff.shifts if shift.location == location.code]
    here = staff.active and within(hours, zone(location.tz), span)
    return here and not any(absence.meets(span) for absence in staff.absences)


def within(hours: Iterable[WeeklyHours], tz: ZoneInfo, span: Span) -> bool:
    """Whether weekly hours, as the clock shows them there, cover the whole span."""
    (day, starts), (last_day, ends) = wall(span.start, tz), wall(span.end, tz)
    if ends == 0 and (last_day - day).days == 1:
        ends = DAY_MINUTES
    elif day != last_day:
        return False
    return covers(hours, day, starts, ends)


def _closed(place: _Closed, day: date) -> bool:
    return any(closure.on(day) for closure in place.closures)


def _may(practice: Practice, staff: Staff, visit: Standing, part: Part, day: date) -> bool:
    """Whether he holds the authority, or holds it provisionally while somebody watches over him."""
    location, span = practice.location(visit.location), Span(part.starts, part.ends)

    def holds(one: Staff, skill: str, *, supervised: bool = False) -> bool:
        answer = authorises(one.credentials, skill, location.jurisdiction, visit.regions, day, supervised=supervised)
        return isinstance(answer, Authorised)

    def watched(skill: str) -> bool:
        others = (one for one in practice.staff if one.supervises and one.code != staff.code)
        return any(holds(one, skill) and _works(one, location, span) for one in others)

    skills = [modality.skill for modality in part.modalities if modality.needles]
    return all(holds(staff, skill) or (holds(staff, skill, supervised=True) and watched(skill)) for skill in skills)
