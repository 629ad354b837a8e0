"""How many visits a patient has a day and a week."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from clinic.engine.calendars import Therapist
from clinic.engine.course import Course, NoCourse
from clinic.engine.links import links_of
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Prefer, Request, Step, Weights
from tests.unit.engine.samples import MONDAY, course, days_and_hours, days_of, hours, kind, practice, with_step

FLAT = Weights(first_late_day=0, last_late_day=0)


def daily(sessions: int, often: Often, **changes: object) -> Request:
    """Sessions from Tuesday on, ideally on the next day."""
    steps = (Step(kind(), Gap(1, 1, 7)),) * sessions
    asked = {"steps": steps, "start_within_days": 6, "prefer": Prefer(), "weights": FLAT, "often": often} | changes
    return course(**asked)  # type: ignore[arg-type]


def other(days: Sequence[int]) -> Often:
    return Often(day=1, week=3, besides=tuple(MONDAY + timedelta(day) for day in days))


def test_a_day_with_as_many_other_visits_as_the_patient_may_have_is_left_out() -> None:
    assert days_of(daily(2, Often(day=1, besides=(MONDAY + timedelta(1),)))) == [2, 3]
    assert days_of(daily(2, Often(day=2, besides=(MONDAY + timedelta(1),)))) == [1, 2]
    assert days_of(daily(2, Often(day=1, besides=(MONDAY - timedelta(9), MONDAY + timedelta(900))))) == [1, 2]


def test_a_week_takes_no_more_visits_than_the_patient_may_have() -> None:
    assert days_of(daily(5, Often(week=2))) == [3, 4, 7, 8, 14]
    assert days_of(daily(4, Often())) == [1, 2, 3, 4]
    assert days_of(daily(3, Often(week=7))) == [1, 2, 3]


def test_visits_besides_the_course_count_in_their_week() -> None:
    assert days_of(daily(3, other([0]), start_within_days=3)) == [3, 4, 7]
    assert days_of(daily(3, other([0, 0, 2]))) == [7, 8, 9]
    assert isinstance(place(daily(2, other([0, 0, 2, 7, 8, 9]), start_within_days=8)), NoCourse)


def test_weeks_that_gaps_keep_anyhow_are_not_counted() -> None:
    assert links_of(course(often=Often(week=4))).weeks == 0
    assert links_of(course(often=Often(week=3))).weeks == 3
    assert links_of(course(often=Often(week=4, besides=(MONDAY + timedelta(1),)))).weeks == 4
    assert links_of(course(sessions=1, often=Often(week=1))).weeks == 0
    since = with_step(course(often=Often(week=4)), 1, since=(MONDAY,))
    assert links_of(since).weeks == 4


def test_weeks_are_counted_where_gaps_count_from_earlier_sessions_too() -> None:
    request = daily(4, Often(week=2))
    for n in (2, 3):
        request = with_step(request, n, follows=n - 2, gap=Gap(2, 2, 9))
    assert days_of(request) == [3, 4, 7, 8]
    fewer = replace(request, often=Often(week=1))
    assert isinstance(place(fewer), NoCourse)
    assert days_of(with_step(with_step(fewer, 2, follows=0, gap=Gap(2, 2, 16)), 3, gap=Gap(2, 2, 16))) == [4, 7, 14, 21]


def test_weeks_hours_and_regularity_are_weighed_together() -> None:
    """Three a week, each two days after the one before by the hour, at the same time of day."""
    weights = Weights(first_late_day=0, last_late_day=0, irregular_15min=1)
    request = daily(4, Often(week=2), weights=weights)
    for n in range(1, 4):
        request = with_step(request, n, gap=Gap(1, 2, 7), apart=(Apart(n - 1, minutes=48 * 60),))
    ann = Therapist("ann", hours([1, 2, 3, 4, 7], 9, 12) | hours([7, 8, 9], 8, 10))
    assert days_and_hours(replace(request, calendars=practice(therapists=(ann, Therapist("ben", 0))))) == [
        (2, 9),
        (4, 9),
        (7, 9),
        (9, 9),
    ]


def test_who_may_have_no_visit_a_week_has_no_course() -> None:
    answer = place(daily(1, Often(week=1, besides=(MONDAY,)), start_within_days=2))
    assert isinstance(answer, NoCourse)
    assert isinstance(place(daily(1, Often(week=1))), Course)
