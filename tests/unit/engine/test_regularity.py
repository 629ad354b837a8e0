"""Courses that keep their weekday and time; the proof is in the comparison with brute force."""

from dataclasses import replace

import pytest

from clinic.engine.calendars import Therapist
from clinic.engine.course import Course, NoCourse
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Prefer, Request, Weights
from tests.unit.engine.samples import course, days_and_hours, hours, kind, practice, tick, with_step

SAME = Prefer()


def two_visits(hours_of_second: int, **weights: int) -> Request:
    """Tuesday at two, then eight to ten days later: at some hours on the eighth day, at two on the others."""
    free = hours([1], 14) | hours_of_second | hours([10, 11], 14)
    request = course(practice(therapists=(Therapist("ann", free), Therapist("ben", 0))), sessions=2, prefer=SAME)
    asked = replace(request, start_within_days=0, weights=Weights(gap_day=1, last_late_day=0, **weights))
    return with_step(asked, 1, gap=Gap(7, 8, 10))


def test_without_a_weight_the_ideal_gap_wins_at_any_hour() -> None:
    assert days_and_hours(two_visits(hours([9], 8, 9))) == [(1, 14), (9, 8)]


@pytest.mark.parametrize(("weight", "found"), [(0, (9, 14)), (1, (8, 14)), (2, (8, 14))])
def test_the_same_weekday_wins_where_another_costs_as_much_as_the_days_off_the_ideal(
    weight: int, found: tuple[int, int]
) -> None:
    assert days_and_hours(two_visits(hours([8, 9], 14), irregular_day=weight))[1] == found


@pytest.mark.parametrize(("day", "found"), [(0, (10, 14)), (1, (9, 8))])
def test_the_same_time_wins_where_the_hours_between_cost_more_than_another_day(
    day: int, found: tuple[int, int]
) -> None:
    """Six hours earlier on the ideal day cost 24; a day later at the same time costs 1 and what the weekday costs."""
    asked = two_visits(hours([9], 8, 9), irregular_15min=1, irregular_day=30 * day)
    assert days_and_hours(asked)[1] == found


def test_what_is_irregular_has_its_own_cost() -> None:
    answer = place(two_visits(hours([9], 10, 11), irregular_15min=1, irregular_day=40))
    assert isinstance(answer, Course)
    assert [each.costs["irregularity"] for each in answer.sessions] == [0, 40 + 16]
    assert answer.objective == 56


def test_a_dearer_first_hour_is_taken_for_the_sake_of_all_that_follow() -> None:
    """At eight there is room on the first day only; later days have ten o'clock."""
    calendars = practice(therapists=(Therapist("ann", hours([1]) | hours([4, 7], 10)), Therapist("ben", 0)))
    wish = Prefer("ann", (8 * 60, 9 * 60))
    assert days_and_hours(course(calendars, prefer=wish))[0] == (1, 8)
    regular = course(calendars, prefer=wish, weights=Weights(irregular_15min=2))
    assert days_and_hours(regular) == [(1, 10), (4, 10), (7, 10)]


def test_of_courses_as_regular_the_earliest_starts_win_and_then_the_first_therapists() -> None:
    answer = place(course(prefer=SAME, weights=Weights(irregular_15min=1)))
    assert isinstance(answer, Course)
    assert [(each.start, each.therapist, each.room) for each in answer.sessions] == [
        (tick(day, 8), "ann", "one") for day in (1, 4, 7)
    ]


def test_where_there_is_no_course_regularity_finds_none_either() -> None:
    weights = Weights(irregular_15min=1)
    for request in (
        course(each=kind(staff=())),
        course(practice(therapists=(Therapist("ann", hours([1])), Therapist("ben", hours([2]))))),
        course(sessions=2, start_within_days=0, latest=course().earliest),
    ):
        assert isinstance(place(replace(request, weights=weights)), NoCourse)


def test_a_regular_course_waits_for_an_hour_that_is_far_enough_from_the_one_before() -> None:
    """Two days on, eight o'clock is 42 hours after two; three days on it is far enough, two o'clock too, and nearer."""
    request = replace(two_visits(hours([8], 8)), weights=Weights(gap_day=0, last_late_day=0, irregular_15min=1))
    near = with_step(request, 1, gap=Gap(7, 8, 10), apart=(Apart(0, minutes=7 * 24 * 60),))
    assert days_and_hours(near) == [(1, 14), (8, 14)]


def test_regularity_looks_at_the_session_before_whatever_the_gap_counts_from() -> None:
    """The third follows the first; the second is on Wednesday at ten, and so is the third a week later."""
    ann = Therapist("ann", hours([1], 8) & hours([1], 8, 9) | hours([2, 9], 10, 11) | hours([8, 9, 10], 8, 9))
    request = course(practice(therapists=(ann, Therapist("ben", 0))), prefer=SAME, start_within_days=0)
    request = with_step(with_step(request, 1, gap=Gap(1, 1, 1)), 2, gap=Gap(7, 8, 9), follows=0)
    cheap = replace(request, weights=Weights(gap_day=1, irregular_day=5, irregular_15min=1))
    assert days_and_hours(cheap) == [(1, 8), (2, 10), (9, 10)]
