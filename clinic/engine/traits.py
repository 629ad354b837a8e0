"""What people care about in a course, and what one course trades against another."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from clinic.engine.course import Course
from clinic.engine.kind import Reason
from clinic.engine.request import Request


@dataclass(frozen=True, slots=True)
class Traits:
    """`begins` and `ends` are day indexes; `strangers` counts visits with another lead therapist than wished, `changes`
    the changes of lead between visits, `outside` visits outside of the wished hours and weekdays, `alone` those that
    are not beside a visit they should be beside; `off_ideal` are the days by which the gaps miss their ideals in all.
    `weekdays` and `times` (wall minutes) are those of its visits, each once."""

    begins: int
    ends: int
    strangers: int
    changes: int
    outside: int
    alone: int
    off_ideal: int
    therapists: frozenset[str]
    weekdays: frozenset[int]
    times: frozenset[int]

    @property
    def regular(self) -> int:
        """2 where all visits have one weekday and time, 1 where they have one time of day, else 0."""
        if len(self.times) > 1:
            return 0
        return 2 if len(self.weekdays) == 1 else 1


def traits(request: Request, course: Course) -> Traits:
    """Those of a course that was placed for this request: it knows what each session costs by name."""
    horizon, sessions = request.calendars.horizon, course.sessions
    minutes = horizon.minutes[horizon.rank[[each.start - horizon.first_tick for each in sessions]]].tolist()
    return Traits(
        horizon.index(sessions[0].on),
        horizon.index(sessions[-1].on),
        sum(not request.prefer.meets(each.therapist) for each in sessions),
        sum(early.therapist != late.therapist for early, late in pairwise(sessions)),
        sum(each.costs["time_of_day"] > 0 for each in sessions),
        sum(each.costs["alone"] > 0 for each in sessions),
        sum(_off_ideal(request, course)),
        frozenset(each.therapist for each in sessions),
        frozenset(each.on.weekday() for each in sessions),
        frozenset(minutes),
    )


def _off_ideal(request: Request, course: Course) -> Iterator[int]:
    for step, placed in zip(request.steps, course.sessions, strict=True):
        if placed.gap is not None and step.gap is not None and step.gap.ideal is not None:
            yield abs(placed.gap - step.gap.ideal)


def trades(main: Traits, other: Traits) -> tuple[Reason, ...]:
    """What the other course gains against the main one, then its price, each in one order."""
    alone = len(other.therapists) == 1 < len(main.therapists)
    counted = [
        _counted("days", other.ends - main.ends, "sooner", "later"),
        _counted("days", other.begins - main.begins, "begins_sooner", "begins_later"),
        _counted("count", other.strangers - main.strangers, "wished_therapist_visits", "other_therapist_visits"),
        _counted("count", 0 if alone else other.changes - main.changes, "fewer_changes", "more_changes"),
        _counted("count", other.outside - main.outside, "within_wished", "outside_wished"),
        _counted("count", other.alone - main.alone, "beside_visits", "alone_visits"),
        _counted("days", other.off_ideal - main.off_ideal, "nearer_ideal", "off_ideal"),
    ]
    gains = [reason for gain, reason in counted if gain and reason is not None]
    prices = [reason for gain, reason in counted if not gain and reason is not None]
    return (*_gained(main, other), *gains, *_lost(main, other), *prices)


def _counted(what: str, more: int, gain: str, price: str) -> tuple[bool, Reason | None]:
    return more < 0, Reason(gain if more < 0 else price, {what: abs(more)}) if more else None


def _gained(main: Traits, other: Traits) -> Iterator[Reason]:
    """One time for all visits, one therapist for all."""
    if other.regular > main.regular:
        (time,) = other.times
        if other.regular == 2:
            (weekday,) = other.weekdays
            yield Reason("regular", {"weekday": weekday, "time": time})
        else:
            yield Reason("same_time", {"time": time})
    if len(other.therapists) == 1 < len(main.therapists):
        (therapist,) = other.therapists
        yield Reason("same_therapist", {"therapist": therapist})


def _lost(main: Traits, other: Traits) -> Iterator[Reason]:
    if other.regular < main.regular:
        yield Reason("no_longer_regular")
