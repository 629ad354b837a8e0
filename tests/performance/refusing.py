"""How soon a course that cannot be is refused, with what would help, as JSON on standard output; run by hand:

    python -m tests.performance.refusing

Milliseconds, medians of so many rounds, for what no request should ask and for courses of many sessions that have no
place; then for random courses of up to 36 sessions of up to four regions, in calendars that are nearly full: how many
were placed, proven the cheapest or not, and refused, with the median and the worst time of each.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from clinic.domain.errors import Invalid
from clinic.domain.time import TICKS_PER_HOUR
from clinic.engine.bitmap import of_ranges
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.course import Course, NoCourse
from clinic.engine.horizon import horizon
from clinic.engine.kind import Kind, Staff, one_part
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Prefer, Request, Step
from tests.performance.shapes import busy, opening

ROUNDS, SEEDS = 5, 100
FIRST_ON, LONDON = date(2026, 9, 7), ZoneInfo("Europe/London")
DAY = 24 * TICKS_PER_HOUR
USUAL = Gap(3, 4, 5)


def practice(random: Random, days: int, people: int, places: int, full: float) -> Calendars:
    """So many therapists and rooms, open on weekdays, about so much of their time taken."""
    span = horizon(LONDON, FIRST_ON, days, grid_minutes=15)
    hours = of_ranges(*zip(*opening(span), strict=True), first=span.first_tick, length=span.ticks)
    therapists = tuple(Therapist(f"t{n}", hours, taken=(busy(random, span, full),)) for n in range(people))
    rooms = tuple(Room(f"r{n}", taken=(busy(random, span, full * 0.8),)) for n in range(places))
    return Calendars(span, therapists, rooms, Patient(), hours)


def kind(calendars: Calendars) -> Kind:
    """Three quarters of an hour with anybody anywhere."""
    staff = tuple(Staff(each.id) for each in calendars.therapists)
    return one_part(9, staff, tuple(room.id for room in calendars.rooms))


def in_turn(each: Kind, count: int, regions: int) -> Iterator[Step]:
    """Sessions whose regions take turns, each three days after the last of its own by the hour."""
    kinds = [replace(each) for _ in range(regions)]
    for n in range(count):
        if n < regions:
            yield Step(kinds[n], Gap(1, 2, 5))
        else:
            apart = (Apart(n - regions, 2, 72 * 60),)
            yield Step(kinds[n % regions], Gap(3, 7, 12), follows=n - regions, apart=apart)


def bad(calendars: Calendars) -> Iterator[tuple[str, Callable[[], object]]]:
    """What no request should ask."""
    step = Step(kind(calendars), USUAL)

    def of(*steps: Step) -> Course | NoCourse:
        return place(Request(calendars, steps, FIRST_ON, 7))

    yield "no session", of
    yield "ten thousand sessions", lambda: of(*[step] * 10_000)
    yield "gap reversed", lambda: Gap(5, 4, 3)
    yield "fifty years", lambda: horizon(LONDON, FIRST_ON, 50 * 366, grid_minutes=15)
    yield "nobody with the skill", lambda: of(*[Step(one_part(9, (), None), USUAL)] * 12)


def impossible(calendars: Calendars) -> Iterator[tuple[str, Request]]:
    """Courses that have no place, some of them only at their end."""
    each = kind(calendars)
    usual = Request(calendars, (Step(each, USUAL),) * 200, FIRST_ON, 7)
    yield "200 sessions", usual
    yield "200 sessions, twice a week", replace(usual, often=Often(1, 2))
    floors = (replace(step, apart=(Apart(n - 1, minutes=72 * 60),) if n else ()) for n, step in enumerate(usual.steps))
    yield "200 sessions, 72 hours apart", replace(usual, steps=tuple(floors))
    closed = replace(calendars, open=calendars.open & ~season(calendars))
    yield "200 sessions, two sides", replace(usual, steps=tuple(in_turn(each, 200, 2)), calendars=closed)
    deep = replace(usual, steps=tuple(in_turn(each, 36, 4)))
    yield "36 sessions, too early an end", replace(deep, latest=FIRST_ON + timedelta(45))
    yield "36 sessions, closed for a season", replace(deep, calendars=closed)


def season(calendars: Calendars) -> int:
    """Ninety days, after the first seven weeks."""
    first = calendars.horizon.first_tick
    return of_ranges([first + 49 * DAY], [first + 139 * DAY], first=first, length=calendars.horizon.ticks)


def harsh(seed: int) -> Request:
    """Up to 36 sessions of up to four regions, in calendars that are 95 percent full."""
    random = Random(seed)
    calendars = practice(random, random.choice((120, 180)), random.randint(2, 5), random.randint(2, 3), 0.95)
    count = random.choice((12, 18, 24, 36))
    steps = tuple(in_turn(kind(calendars), count, random.randint(2, 4)))
    week = random.choice((None, 2, 3))
    latest = FIRST_ON + timedelta(count * 5) if random.random() < 0.3 else None
    prefer = Prefer("t1", (9 * 60, 12 * 60))
    return Request(calendars, steps, FIRST_ON, random.randint(7, 21), latest, prefer, often=Often(1, week))


def taken(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = perf_counter()
    with suppress(Invalid):
        work()
    return (perf_counter() - begun) * 1000


def verdict(answer: Course | NoCourse) -> str:
    """What came of it."""
    if isinstance(answer, Course):
        return "placed" if answer.proven else "placed, not proven"
    return "refused" if answer.proven and answer.complete else "refused, not to the end"


def measured(rounds: int, seeds: int) -> dict[str, object]:
    """The median of each, and what became of the random courses."""
    calendars = practice(Random(1), 365, 8, 5, 0.6)
    found: dict[str, object] = {}
    for name, work in bad(calendars):
        found[name] = round(median(taken(work) for _ in range(rounds)), 2)
    for name, request in impossible(calendars):
        assert isinstance(place(request), NoCourse), name
        found[name] = round(median(taken(lambda asked=request: place(asked)) for _ in range(rounds)), 1)  # type: ignore[misc]
    times: dict[str, list[float]] = defaultdict(list)
    for seed in range(seeds):
        request, begun = harsh(seed), perf_counter()
        answer = place(request)
        times[verdict(answer)].append((perf_counter() - begun) * 1000)
    found["harsh"] = {
        name: {"courses": len(each), "median": round(median(each), 1), "worst": round(max(each), 1)}
        for name, each in sorted(times.items())
    }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the refusal of courses that cannot be.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    args = parser.parse_args()
    sys.stdout.write(json.dumps(measured(args.rounds, args.seeds), indent=1) + "\n")


if __name__ == "__main__":
    main()
