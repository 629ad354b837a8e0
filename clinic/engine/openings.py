"""When one kind of session is possible, and with whom and where it then is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import NamedTuple

from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.kind import Kind, Part
from clinic.engine.request import Pin
from clinic.engine.rooming import Rooming

NOWHERE = (None, 0, 0)


class PlacedPart(NamedTuple):
    """A part of a visit as it is placed: its start (a tick of UTC), length, therapist and room, and the ticks for which
    the room is held before and after it."""

    start: int
    ticks: int
    therapist: str
    room: str | None
    setup: int
    cleanup: int


@dataclass(frozen=True, slots=True)
class Way:
    """One layout of a kind's parts: the ticks after the visit's start at which they begin, how long it takes with its
    waits, and the starts at which everything is there. `leads`: for each therapist of the calendars those with him as
    the lead. `people`: for each part the therapists, by their place, with the starts at which they are free for it."""

    layout: tuple[int, ...]
    ticks: int
    leads: tuple[int, ...]
    people: tuple[Sequence[tuple[int, int]], ...]
    rooming: Rooming


@dataclass(frozen=True, slots=True)
class Openings:
    """The ways in which sessions of a kind could be; the first that is open at a start is the one that is taken."""

    calendars: Calendars
    kind: Kind
    ways: tuple[Way, ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """For each therapist the starts at which he can lead a session."""
        first, *others = (way.leads for way in self.ways)
        return tuple(bitmap.union(each) for each in zip(first, *others, strict=True)) if others else first

    def at(self, start: int, lead: int) -> tuple[PlacedPart, ...]:
        """The parts of the session with that start, a bit number, led by the therapist at that place: the first way,
        then the first people and the first rooms, in the order given."""
        tick, parts = self.calendars.horizon.first_tick + start, self.kind.parts
        if len(parts) == 1:
            (stay,) = self.ways[0].rooming.at(start)
            return (PlacedPart(tick, parts[0].ticks, self.calendars.therapists[lead].id, *(stay or NOWHERE)),)
        way = next(way for way in self.ways if way.leads[lead] >> start & 1)
        people = [lead if n == self.kind.lead else _first(way.people[n], start) for n in range(len(parts))]
        therapists = (self.calendars.therapists[place].id for place in people)
        return tuple(
            PlacedPart(tick + begins, part.ticks, therapist, *(stay or NOWHERE))
            for begins, part, therapist, stay in zip(way.layout, parts, therapists, way.rooming.at(start), strict=True)
        )


class _Staffed(NamedTuple):
    """A therapist who may give a part, by his place: the ticks from which he is free for it, and the offered starts of
    visits on the days on which he may."""

    place: int
    free: int
    on_days: int


def _first(people: Sequence[tuple[int, int]], start: int) -> int:
    return next(place for place, starts in people if starts >> start & 1)


def openings(calendars: Calendars, kind: Kind) -> Openings:
    """The starts for sessions of one kind over the whole horizon."""
    allowed = calendars.timely
    for blocked in kind.blocked:
        allowed &= ~blocked.starts
    staffed = [list(_staffed(calendars, part)) for part in kind.parts]
    return Openings(calendars, kind, tuple(_way(calendars, kind, layout, allowed, staffed) for layout in kind.layouts))


def _way(
    calendars: Calendars, kind: Kind, layout: tuple[int, ...], allowed: int, staffed: Sequence[Sequence[_Staffed]]
) -> Way:
    ticks = layout[-1] + kind.parts[-1].ticks
    people = tuple(
        [(each.place, each.free >> begins & each.on_days) for each in part]
        for begins, part in zip(layout, staffed, strict=True)
    )
    rooming = Rooming(calendars, kind, layout)
    common = allowed & rooming.starts
    common &= bitmap.starts(calendars.open & calendars.patient.free & calendars.horizon.every, ticks)
    others = (each for n, each in enumerate(people) if n != kind.lead)
    common = reduce(and_, (bitmap.union(starts for _, starts in each) for each in others), common)
    led = dict(people[kind.lead])
    leads = tuple(
        common & led[place] & ~therapist.reserved if place in led else 0
        for place, therapist in enumerate(calendars.therapists)
    )
    return Way(layout, ticks, leads, people, rooming)


def _staffed(calendars: Calendars, part: Part) -> Iterator[_Staffed]:
    horizon = calendars.horizon
    may = {staff.therapist: staff for staff in part.staff if not staff.beyond_wish}
    for place, therapist in enumerate(calendars.therapists):
        staff = may.get(therapist.id)
        if staff is not None:
            free = (lane & watched for lane in therapist.lanes(staff.at_once) for watched in staff.watched)
            yield _Staffed(place, bitmap.starts_in(free, part.ticks, horizon.every), horizon.on_days(staff.days))


def pinned(found: Openings, pin: Pin) -> Openings:
    """What is left of them for one start, lead therapist and his room."""
    calendars, kind, lead = found.calendars, found.kind, found.kind.lead
    if pin.room is not None:
        part = kind.parts[lead]
        rooms = (pin.room,) if pin.room in (part.rooms or ()) else ()
        parts = (*kind.parts[:lead], replace(part, rooms=rooms), *kind.parts[lead + 1 :])
        found = openings(calendars, replace(kind, parts=parts))
    bit = 1 << pin.start - calendars.horizon.first_tick
    may = [pin.therapist in (None, therapist.id) for therapist in calendars.therapists]
    ways = (
        replace(way, leads=tuple(starts & bit if one else 0 for starts, one in zip(way.leads, may, strict=True)))
        for way in found.ways
    )
    return Openings(calendars, kind, tuple(ways))
