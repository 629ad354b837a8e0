"""What can be said of a visit, and when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.time import TICK_MINUTES, instant_of, local_date, tick_ceil, zone
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.visit import Status, Stretch, Visit

STEPS: Final = (Status.ARRIVED, Status.IN_SESSION, Status.DONE)
"""The steps of a visit's day that keep its time, in order."""


def not_ahead(visit: Visit, status: Status, *, now: datetime) -> None:
    """What becomes of a visit is known on its day at the earliest; that nobody came, once it has begun. Raises
    Invalid(visit_ahead)."""
    tz, begins = zone(visit.tz), instant_of(visit.starts)
    if local_date(begins, tz) > local_date(now, tz) or (status is Status.NO_SHOW and begins > now):
        raise Invalid("visit_ahead", field="status", on=local_date(begins, tz))


def step_before(visit: Visit) -> Status:
    """Where a visit stood before the step of its day that it is at. Raises Invalid(visit_settled)."""
    if visit.status not in STEPS:
        raise Invalid("visit_settled", status=visit.status)
    at = STEPS.index(visit.status)
    return STEPS[at - 1] if at else Answer(visit.answer).leaves


def minutes_since(then: datetime, *, now: datetime) -> int:
    """Whole minutes that somebody has waited."""
    return max(0, int((now - then).total_seconds() // 60))


def still(stretches: Sequence[Stretch], *, now: datetime) -> tuple[tuple[Stretch, int], ...]:
    """The parts of a visit that can still be given in its time, each with the minutes that are left of it from the next
    tick on."""
    tick = tick_ceil(now)
    left = ((one, (one.ends - max(one.starts, tick)) * TICK_MINUTES) for one in stretches)
    return tuple((one, minutes) for one, minutes in left if minutes > 0)


def uncovered(number: int, on: date, visits: int | None, until: date | None) -> str:
    """Which limit of what a payer authorised the visit of that number and day is beyond, as a code; empty for none."""
    if visits is not None and number > visits:
        return "authorised_visits_used"
    return "authorised_until_over" if until is not None and on > until else ""
