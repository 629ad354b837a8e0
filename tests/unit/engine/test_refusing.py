"""What cannot be placed is refused after little work: counted, not timed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import zone
from clinic.engine import relax, spacing
from clinic.engine.calendars import Patient, Therapist
from clinic.engine.course import Change, NoCourse
from clinic.engine.horizon import horizon
from clinic.engine.passage import Steps
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Request, Step
from tests.unit.engine.samples import DAYS, MONDAY, course, hours, kind, practice

MOST = 200


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many starts were tried, ways of giving way looked at, and programmes evaluated."""
    counted: Counter[str] = Counter()

    def counting(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def counts(*args: Any, **others: Any) -> Any:
            counted[name] += 1
            return work(*args, **others)

        return counts

    monkeypatch.setattr(Steps, "take", counting("starts", Steps.take))
    monkeypatch.setattr(relax, "passable", counting("ways", relax.passable))
    monkeypatch.setattr(spacing, "programme", counting("programmes", spacing.programme))
    return counted


def refused(request: Request) -> NoCourse:
    answer = place(request)
    assert isinstance(answer, NoCourse)
    assert (answer.proven, answer.complete) == (True, True)
    return answer


def turning(sessions: int, **changes: Any) -> Request:
    """Two sides in turn, each two days after its last by the hour."""
    first, then = Step(kind(), Gap(1, 1, 2)), Step(kind(), Gap(2, 2, 4))
    steps = [replace(then, follows=n - 2, apart=(Apart(n - 2, minutes=48 * 60),)) for n in range(2, sessions)]
    return course(steps=(first, first, *steps), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"often": Often(day=1, week=2)},
        {"often": Often(day=1, week=3, besides=(MONDAY + timedelta(9),))},
    ],
    ids=str,
)
def test_two_hundred_sessions_in_four_weeks_take_a_programme_or_two(
    work: Counter[str], changes: dict[str, Any]
) -> None:
    answer = refused(course(sessions=MOST, **changes))
    assert [each.changes[0].code for each in answer.relaxations] == ["fewer_sessions"]
    assert work["programmes"] <= 2
    assert work["ways"] <= 8
    assert work["starts"] <= 100


def test_two_hundred_sessions_with_a_floor_of_hours_are_no_more_work(work: Counter[str]) -> None:
    floored = Step(kind(), Gap(2, 3, 4))
    steps = tuple(replace(floored, apart=(Apart(n - 1, minutes=49 * 60),) if n else ()) for n in range(MOST))
    refused(course(steps=steps))
    assert work["programmes"] <= 2
    assert work["ways"] <= 8
    assert work["starts"] <= 100


def test_a_course_that_only_fails_late_meets_each_dead_end_once(work: Counter[str]) -> None:
    """So many ways lead to the eighth session that all of them would take thousands of starts."""
    days = [day for day in range(DAYS) if day not in (0, 5, 6, 10, 17, 19, 22, 23, 25, 26, 27)]
    ann = Therapist("ann", hours(days, 8, 10))
    answer = refused(turning(12, calendars=practice(therapists=(ann, Therapist("ben", 0)))))
    assert answer.session == 9
    assert work["programmes"] <= 2
    assert work["starts"] <= 600


def test_of_many_gaps_those_that_need_not_be_wider_are_left_out_by_halves(work: Counter[str]) -> None:
    """The fourth session waits for the end of the patient's days away."""
    leave = Patient(away=hours(range(9, 21), 0, 24))
    answer = refused(course(practice(patient=leave), sessions=5, start_within_days=0))
    assert answer.relaxations[0].changes == (Change("widen_gap", 4, 13),)
    assert work["ways"] <= 20


def test_gaps_that_lead_nowhere_however_wide_are_not_tried(work: Counter[str]) -> None:
    """The last sessions have the days after those away only where the gap before the tenth is wider."""
    leave = Patient(away=hours(range(14, 23), 0, 24))
    steps = (Step(kind(), Gap(1, 1, 1)),) * 9 + (Step(kind(), Gap(1, 1, 4)), Step(kind(), Gap(1, 1, 1)))
    every = practice(open=hours(range(DAYS)), therapists=(Therapist("ann", hours(range(DAYS))), Therapist("ben", 0)))
    answer = refused(
        course(replace(every, patient=leave), steps=steps, earliest=MONDAY + timedelta(5), start_within_days=0)
    )
    assert answer.session == 10
    assert (Change("widen_gap", 10, 10),) in [each.changes for each in answer.relaxations]
    assert work["ways"] <= 30


def test_what_no_request_should_ask_is_refused_before_any_work(work: Counter[str]) -> None:
    requests: tuple[Callable[[], object], ...] = (
        lambda: course(sessions=0),
        lambda: course(sessions=10_000),
        lambda: Gap(5, 4, 3),
        lambda: horizon(zone("Europe/London"), MONDAY, 50 * 366, grid_minutes=15),
    )
    for request in requests:
        with pytest.raises(Invalid):
            request()
    assert not work
    refused(course(sessions=MOST, each=kind(staff=())))
    assert work["ways"] <= 4
    assert work["programmes"] == 0
