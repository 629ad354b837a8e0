from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.domain.errors import Invalid
from clinic.engine.calendars import Room, Therapist
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.request import MOST_TICKS, Gap, Pin, Prefer, Staff, Step, Weights
from tests.unit.engine.samples import MONDAY, OPEN, course, kind, practice, tick, with_step

WRONG: dict[str, list[Callable[[], object]]] = {
    "session_count": [lambda: course(sessions=0), lambda: course(sessions=201)],
    "start_within": [lambda: course(start_within_days=-1), lambda: course(start_within_days=MOST_DAYS + 1)],
    "latest_before_earliest": [lambda: course(latest=MONDAY)],
    "gap_missing": [lambda: with_step(course(), 2, gap=None)],
    "gap_reversed": [lambda: Gap(3, 3, 2), lambda: Gap(0, 1, 2)],
    "gap_too_long": [lambda: Gap(1, 2, MOST_DAYS + 1), lambda: Gap(1, MOST_DAYS + 1, 3), lambda: Gap(1, -1, 3)],
    "session_length": [
        lambda: kind(ticks=0),
        lambda: kind(ticks=MOST_TICKS + 1),
        lambda: kind(setup=-1),
        lambda: kind(cleanup=MOST_TICKS + 1),
    ],
    "unknown_resource": [
        lambda: course(each=kind(staff=(Staff("cyd"),))),
        lambda: course(each=kind(rooms=("three",))),
    ],
    "unknown_pin": [
        lambda: with_step(course(), 1, pin=Pin(tick(3, 9) + 1)),
        lambda: with_step(course(), 1, pin=Pin(tick(400, 9))),
        lambda: with_step(course(), 1, pin=Pin(tick(3, 9), therapist="cyd")),
        lambda: with_step(course(), 1, pin=Pin(tick(3, 9), room="three")),
    ],
    "resource_twice": [
        lambda: practice(therapists=(Therapist("ann", OPEN), Therapist("ben", OPEN), Therapist("ann", OPEN))),
        lambda: practice(rooms=(Room("one"), Room("one"))),
    ],
    "preferred_hours": [lambda: Prefer(minutes=(600, 600)), lambda: Prefer(minutes=(0, 1441))],
    "preferred_weekdays": [lambda: Prefer(weekdays=frozenset()), lambda: Prefer(weekdays=frozenset({7}))],
    "weight_range": [
        lambda: Weights(gap_day=-1),
        lambda: Weights(tod_cap=10_001),
        lambda: Weights(irregular_day=-1),
        lambda: Weights(irregular_15min=10_001),
    ],
}


@pytest.mark.parametrize(("code", "build"), [(code, build) for code, builds in WRONG.items() for build in builds])
def test_a_request_that_makes_no_sense_is_refused_at_once(code: str, build: Callable[[], object]) -> None:
    with pytest.raises(Invalid) as refused:
        build()
    assert refused.value.code == code


def test_irregular_is_the_shorter_way_round_the_week_and_each_quarter_of_an_hour_begun() -> None:
    weights = Weights(irregular_day=100, irregular_15min=1)
    assert [weights.irregularity(days) for days in range(1, 9)] == [100, 200, 300, 300, 200, 100, 0, 100]
    assert [weights.irregularity(7, minutes) for minutes in (-30, -5, 0, 1, 15, 16)] == [2, 1, 0, 1, 1, 2]
    assert Weights().irregularity(3, 90) == 0


def test_the_costs_of_a_gap_are_its_days_off_the_ideal_and_on_another_weekday() -> None:
    assert Weights(gap_day=10, irregular_day=1).gap(Gap(5, 6, 8)) == [12, 1, 10, 21]


def test_two_hundred_sessions_are_not_too_many() -> None:
    assert len(course(sessions=200).gaps) == 199


def test_a_request_names_each_kind_once() -> None:
    needling, exercise = kind(), kind(ticks=9)
    steps = tuple(Step(each, Gap(1, 1, 1)) for each in (needling, exercise, needling))
    assert replace(course(), steps=steps).kinds == (needling, exercise)


def test_the_first_gap_counts_only_after_an_anchor() -> None:
    assert course().rested_from == 1
    assert course(anchor=MONDAY).rested_from == 2
    assert with_step(course(anchor=MONDAY), 0, gap=None).rested_from == 1


def test_no_session_lies_after_the_latest_day_or_the_horizon() -> None:
    assert course().last_day == 27
    assert course(latest=MONDAY + timedelta(9)).last_day == 9
    assert course(latest=MONDAY + timedelta(90)).last_day == 27
