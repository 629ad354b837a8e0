"""Visits of several parts against brute force: every start, layout, therapist and room, tick by tick."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from random import Random

from hypothesis import strategies as st

from clinic.domain.time import zone
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.horizon import horizon
from clinic.engine.kind import Kind, Part, Staff
from clinic.engine.openings import PlacedPart, openings
from tests.examples import tried
from tests.unit.engine.samples import MONDAY

DAY = horizon(zone("Europe/London"), MONDAY, 1, grid_minutes=15)
ROOMS, PEOPLE = ("one", "two", "six"), ("ann", "ben")

Held = tuple[str, int, int]  # a room, and the ticks before and after a part for which it is held


def free_in(rng: Random) -> int:
    """The first hours of the day, but for some minutes."""
    found = (1 << rng.randint(50, 70)) - 1
    for _ in range(rng.randint(0, 3)):
        found &= ~(((1 << rng.randint(1, 12)) - 1) << rng.randint(0, 60))
    return found


def lanes(rng: Random) -> tuple[int, ...]:
    return tuple(~free_in(rng) & DAY.every for _ in range(rng.choice((1, 1, 2))))


def random_visit(rng: Random) -> tuple[Calendars, Kind]:
    therapists = tuple(Therapist(id_, free_in(rng), taken=lanes(rng)) for id_ in PEOPLE)
    rooms = tuple(Room(id_, taken=lanes(rng)) for id_ in ROOMS)
    calendars = Calendars(DAY, therapists, rooms, Patient(taken=~free_in(rng) & DAY.every))
    parts = tuple(random_part(rng, first=n == 0) for n in range(rng.randint(1, 3)))
    return calendars, Kind(parts, lead=rng.randrange(len(parts)))


def watched(rng: Random) -> tuple[int, ...]:
    """Nobody has to be there, or one of one or two."""
    return tuple(free_in(rng) for _ in range(rng.randint(1, 2))) if rng.random() < 0.2 else (-1,)


def random_part(rng: Random, *, first: bool) -> Part:
    staff = tuple(Staff(id_, watched=watched(rng), at_once=rng.choice((1, 2))) for id_ in PEOPLE if rng.random() < 0.8)
    rooms = None if rng.random() < 0.2 else tuple(id_ for id_ in ROOMS if rng.random() < 0.7)
    return Part(
        rng.randint(4, 9), staff, rooms, rng.randint(0, 2), rng.randint(0, 2), 0 if first else rng.randint(0, 3)
    )


def all_set(bitmap: int, begin: int, end: int) -> bool:
    return begin >= 0 and end <= DAY.ticks and all(bitmap >> at & 1 for at in range(begin, end))


def may_give(calendars: Calendars, part: Part, place: int, begin: int) -> bool:
    therapist = calendars.therapists[place]
    for staff in part.staff:
        if staff.therapist == therapist.id:
            watched = any(all_set(each, begin, begin + part.ticks) for each in staff.watched)
            free = [all_set(therapist.works & ~lane, begin, begin + part.ticks) for lane in therapist.taken]
            return watched and (any(free[: staff.at_once]) if staff.at_once > 1 else all(free))
    return False


def held(
    parts: Sequence[Part], layout: Sequence[int], rooms: Sequence[str | None]
) -> Iterator[tuple[Held | None, ...]]:
    """The ways to be in these rooms: staying in one, wherever two parts share it, before leaving it and coming back."""
    pairs = [a is not None and a == b for a, b in pairwise(rooms)]
    for stays in product(*((True, False) if same else (False,) for same in pairs)):
        found: list[Held | None] = []
        for n, (part, room) in enumerate(zip(parts, rooms, strict=True)):
            setup = 0 if n and stays[n - 1] else part.setup
            cleanup = layout[n + 1] - layout[n] - part.ticks if n < len(stays) and stays[n] else part.cleanup
            found.append(room and (room, setup, cleanup))
        yield tuple(found)


def roomed(calendars: Calendars, kind: Kind, begins: Sequence[int]) -> tuple[Held | None, ...] | None:
    """The first rooms in their order, part by part."""
    by_id = {room.id: room for room in calendars.rooms}
    for rooms in product(
        *([None] if part.rooms is None else sorted(part.rooms, key=ROOMS.index) for part in kind.parts)
    ):
        for stays in held(kind.parts, begins, rooms):
            if all(
                stay is None
                or any(
                    all_set(by_id[stay[0]].open & ~lane, begin - stay[1], begin + part.ticks + stay[2])
                    for lane in by_id[stay[0]].taken
                )
                for part, begin, stay in zip(kind.parts, begins, stays, strict=True)
            ):
                return stays
    return None


def brute_force(calendars: Calendars, kind: Kind, start: int, lead: int) -> tuple[PlacedPart, ...] | None:
    """The first layout that is open, with the first people and rooms."""
    for layout in kind.layouts:
        begins = [start + offset for offset in layout]
        if not all_set(calendars.patient.free, start, begins[-1] + kind.parts[-1].ticks):
            continue
        people = []
        for n, (part, begin) in enumerate(zip(kind.parts, begins, strict=True)):
            who = [lead] if n == kind.lead else range(len(PEOPLE))
            people.append(next((place for place in who if may_give(calendars, part, place, begin)), None))
        stays = roomed(calendars, kind, begins)
        if stays is not None and None not in people:
            return tuple(
                PlacedPart(DAY.first_tick + begin, part.ticks, PEOPLE[place or 0], *(stay or (None, 0, 0)))
                for part, begin, place, stay in zip(kind.parts, begins, people, stays, strict=True)
            )
    return None


@tried(80, 250, st.integers(0, 2**32), also="mutants")
def test_the_parts_of_a_visit_are_those_that_brute_force_finds(seed: int) -> None:
    calendars, kind = random_visit(Random(seed))
    found = openings(calendars, kind)
    for start in DAY.starts[DAY.starts < 72].tolist():
        for lead in range(len(PEOPLE)):
            expected = brute_force(calendars, kind, start, lead)
            assert bool(found.starts[lead] >> start & 1) == (expected is not None)
            if expected is not None:
                assert found.at(start, lead) == expected
