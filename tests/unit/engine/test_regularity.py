"""Courses that keep their weekday and time; the proof is in the comparison with brute force."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.engine.calendars import Therapist
from clinic.engine.candidates import candidates
from clinic.engine.course import Course, NoCourse
from clinic.engine.placement import place
from clinic.engine.regularity import nearby, search_regular
from clinic.engine.request import Gap, Prefer, Request, Weights
from clinic.engine.spacing import search
from tests.unit.engine.problems import random_problem
from tests.unit.engine.samples import SPAN, course, hours, kind, practice, tick, with_step

SAME = Prefer()


def days_and_hours(request: Request) -> list[tuple[int, int]]:
    answer = place(request)
    assert isinstance(answer, Course)
    assert answer.objective == sum(sum(each.costs.values()) for each in answer.sessions)
    return [divmod((each.start - SPAN.first_tick) // 12, 24) for each in answer.sessions]


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


@given(st.integers(0, 2**32))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_where_regularity_costs_nothing_both_programmes_agree(seed: int) -> None:
    _, request = random_problem(seed)
    free = replace(request, weights=replace(request.weights, irregular_15min=0))
    possible = candidates(free)
    assert search_regular(free, possible) == search(free, possible)


@given(
    st.lists(st.integers(0, 60), min_size=12, max_size=24).filter(lambda costs: len(costs) % 3 == 0),
    st.integers(0, 5),
    st.sampled_from((1, 3)),
)
@settings(derandomize=True, deadline=None, database=None)
def test_the_nearest_cheapest_time_is_found_in_a_few_passes(costs: list[int], weight: int, quarter: int) -> None:
    expected = [
        min(cost + weight * -(-abs(at - other) // quarter) for other, cost in enumerate(costs))
        for at in range(len(costs))
    ]
    assert nearby(np.array(costs).reshape(-1, 1, 1), weight, quarter).ravel().tolist() == expected
