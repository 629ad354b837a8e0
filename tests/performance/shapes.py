"""How the time to place a course grows with what is asked, as JSON on standard output; run by hand:

    python -m tests.performance.shapes /path/to/place-2.json

Medians in milliseconds and their ratios to the course of the file, all taken in turn: its course as visits of two
segments whose sides alternate, each with its floor in hours, and a made course three times as long, of many therapists
and rooms over a year.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from clinic.domain.time import TICKS_PER_HOUR
from clinic.engine.bitmap import ALWAYS, of_ranges
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.course import Course
from clinic.engine.horizon import Horizon, horizon
from clinic.engine.kind import Kind, Part, Staff, one_part
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Prefer, Request, Step
from clinic.interchange.instances import read_place

ROUNDS = 21
FLOORS = 48, 72
QUARTER = TICKS_PER_HOUR // 4


def in_segments(request: Request) -> Request:
    """The course with exercise after each needling, in another room with an assistant who may have several patients,
    and the needlings left and right in turn."""
    calendars = with_gym(request.calendars)
    needled, gym = request.steps[0].kind.parts[0], calendars.rooms[-1].id
    assistants = tuple(Staff(each.id, at_once=3) for each in calendars.therapists[-1:])
    exercise = Part(needled.ticks * 2 // 3, assistants, (gym,), wait=3)
    sides = [Kind((needled, exercise)) for _ in range(2)]
    steps = tuple(_in_turn(step, n, sides[n % 2]) for n, step in enumerate(request.steps))
    return replace(request, calendars=calendars, steps=steps, often=Often(1, 5))


def _in_turn(step: Step, n: int, kind: Kind) -> Step:
    assert step.gap is not None
    if n < 2:
        between = Gap(1, max(1, (step.gap.ideal or 0) // 2), step.gap.max)
        return Step(kind, between)
    floor = FLOORS[n % len(FLOORS)] * 60
    wider = replace(step.gap, min=max(2, step.gap.min - 1), max=step.gap.max * 2)
    return Step(kind, wider, follows=n - 2, apart=(Apart(n - 2, minutes=floor),))


def with_gym(calendars: Calendars) -> Calendars:
    """The calendars with a gym for three and somebody who helps in it."""
    span = calendars.horizon
    helper = Therapist("assistant", calendars.open, 0, tuple(busy(Random(n), span, 0.4) for n in range(3)))
    gym = Room("gym", taken=tuple(busy(Random(n + 3), span, 0.4) for n in range(3)))
    return replace(calendars, therapists=(*calendars.therapists, helper), rooms=(*calendars.rooms, gym))


def large() -> Request:
    """36 sessions, 50 therapists, 30 rooms, a year that is nearly full."""
    random, first_on = Random(1), date(2026, 9, 7)
    span = horizon(ZoneInfo("Europe/London"), first_on, 365, grid_minutes=15)
    hours = of_ranges(*zip(*opening(span), strict=True), first=span.first_tick, length=span.ticks)
    therapists = tuple(Therapist(f"t{n}", hours, taken=(busy(random, span, 0.85),)) for n in range(50))
    rooms = tuple(Room(f"r{n}", taken=(busy(random, span, 0.85),)) for n in range(30))
    calendars = Calendars(span, therapists, rooms, Patient(busy(random, span, 0.7)), hours)
    kind = one_part(9, tuple(Staff(each.id) for each in therapists), tuple(room.id for room in rooms), cleanup=1)
    gaps = [Gap(3, 4, 5)] * 12 + [Gap(6, 7, 9)] * 24
    prefer = Prefer("t7", (9 * 60, 12 * 60))
    return Request(calendars, tuple(Step(kind, gap) for gap in gaps), first_on + timedelta(2), 21, prefer=prefer)


def opening(span: Horizon) -> Iterator[tuple[int, int]]:
    for day in range(span.days):
        if span.on(day).weekday() < 5:
            eight = int(span.starts[span.edges[day]]) + 8 * TICKS_PER_HOUR + span.first_tick
            yield eight, eight + 10 * TICKS_PER_HOUR


def busy(random: Random, span: Horizon, share: float) -> int:
    """Stretches of a quarter to two hours, about so much of the time."""
    found, at = 0, 0
    while at < span.ticks:
        length = QUARTER * random.randint(1, 8)
        if random.random() < share:
            found |= ((1 << length) - 1) << at
        at += length
    return found & ALWAYS & span.every


def measured(requests: dict[str, Request], rounds: int) -> dict[str, dict[str, float]]:
    """The median of each, and the median ratio to the first, taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in requests}
    found = {name: place(request) for name, request in requests.items()}
    for _ in range(rounds):
        for name, request in requests.items():
            begun = perf_counter()
            place(request)
            times[name].append((perf_counter() - begun) * 1000)
    first = next(iter(times.values()))
    return {
        name: {
            "objective": answer.objective if isinstance(answer := found[name], Course) else -1,
            "ms": round(median(each), 2),
            "ratio": round(median(mine / other for mine, other in zip(each, first, strict=True)), 2),
        }
        for name, each in times.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time placing of courses of other shapes beside one in a file.")
    parser.add_argument("instance", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    request = read_place(args.instance).request
    shapes = {"file": request, "segments": in_segments(request), "large": large()}
    sys.stdout.write(json.dumps(measured(shapes, args.rounds), indent=1) + "\n")


if __name__ == "__main__":
    main()
