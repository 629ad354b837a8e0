"""A practice in ordinary weeks: Monday 7 September 2026 and the days after it, hourly starts from eight to six."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from clinic.domain.time import zone
from clinic.engine.bitmap import union
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.course import Course
from clinic.engine.horizon import horizon
from clinic.engine.kind import Kind, Part, Staff, one_part
from clinic.engine.placement import place
from clinic.engine.request import Gap, Prefer, Request, Step

MONDAY = date(2026, 9, 7)
DAYS = 28
SPAN = horizon(zone("Europe/London"), MONDAY, DAYS, grid_minutes=60)


def hours(days: Iterable[int], begin: int = 8, end: int = 18) -> int:
    """The ticks from one hour to another on some days of the weeks."""
    return union(((1 << 12 * (end - begin)) - 1) << 288 * day + 12 * begin for day in days)


OPEN = hours(day for day in range(DAYS) if day % 7 < 5)


EITHER = Staff("ann"), Staff("ben")


def tick(day: int, hour: int) -> int:
    """The UTC tick of an hour on a day of the weeks."""
    return SPAN.first_tick + 288 * day + 12 * hour


def practice(**changes: Any) -> Calendars:
    """Two therapists, two rooms and a patient, all free in opening hours but for the changes."""
    therapists = (Therapist("ann", OPEN), Therapist("ben", OPEN))
    return replace(Calendars(SPAN, therapists, (Room("one"), Room("two")), Patient(), OPEN), **changes)


def kind(**changes: Any) -> Kind:
    """An hour with either therapist in either room."""
    usual: dict[str, Any] = {"ticks": 12, "staff": EITHER, "rooms": ("one", "two")}
    return one_part(**usual | changes)


def part(ticks: int = 12, *who: str, rooms: tuple[str, ...] | None = ("one", "two"), **changes: Any) -> Part:
    """A part with those therapists, either where none is named."""
    return Part(ticks, tuple(Staff(each) for each in who) or EITHER, rooms, **changes)


def course(
    calendars: Calendars | None = None, *, sessions: int = 3, each: Kind | None = None, **changes: Any
) -> Request:
    """Sessions two to four days apart from Tuesday on, ideally three, with Ann at eight."""
    step = Step(each or kind(), Gap(2, 3, 4))
    request = Request(
        calendars or practice(),
        (step,) * sessions,
        MONDAY + timedelta(1),
        3,
        prefer=Prefer("ann", (8 * 60, 9 * 60)),
    )
    return replace(request, **changes)


def placed(request: Request) -> Course:
    """The course, its costs added up."""
    answer = place(request)
    assert isinstance(answer, Course)
    assert answer.proven
    assert answer.objective == sum(sum(each.costs.values()) for each in answer.sessions)
    return answer


def days_and_hours(request: Request) -> list[tuple[int, int]]:
    """When the sessions are, counted from the first Monday."""
    return [divmod((each.start - SPAN.first_tick) // 12, 24) for each in placed(request).sessions]


def days_of(request: Request) -> list[int]:
    """On which days they are."""
    return [day for day, _ in days_and_hours(request)]


def with_step(request: Request, n: int, **changes: Any) -> Request:
    """The request with one step (counted from 0) changed."""
    steps = list(request.steps)
    steps[n] = replace(steps[n], **changes)
    return replace(request, steps=tuple(steps))


def codes(reasons: Iterable[Any]) -> list[tuple[str, Mapping[str, object]]]:
    return [(each.code, dict(each.params)) for each in reasons]
