from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from clinic.domain.errors import Invalid
from clinic.engine.calendars import Room, Therapist
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.kind import MOST_TICKS, Kind, Staff
from clinic.engine.links import gap_costs, links_of
from clinic.engine.request import MOST_FLOOR, Apart, Gap, Pin, Prefer, Step, Weights
from tests.unit.engine.samples import MONDAY, OPEN, course, kind, part, practice, tick, with_step

WRONG: dict[str, list[Callable[[], object]]] = {
    "session_count": [lambda: course(sessions=0), lambda: course(sessions=201)],
    "start_within": [lambda: course(start_within_days=-1), lambda: course(start_within_days=MOST_DAYS + 1)],
    "latest_before_earliest": [lambda: course(latest=MONDAY)],
    "gap_missing": [
        lambda: with_step(course(), 2, gap=None),
        lambda: with_step(course(), 0, gap=None, since=(MONDAY,)),
    ],
    "gap_reversed": [lambda: Gap(3, 3, 2), lambda: Gap(0, 1, 2)],
    "gap_too_long": [lambda: Gap(1, 2, MOST_DAYS + 1), lambda: Gap(1, MOST_DAYS + 1, 3), lambda: Gap(1, -1, 3)],
    "session_length": [
        lambda: kind(ticks=0),
        lambda: kind(ticks=MOST_TICKS + 1),
        lambda: kind(setup=-1),
        lambda: kind(cleanup=MOST_TICKS + 1),
        lambda: Kind((part(MOST_TICKS - 1), part(1, wait=1))),
    ],
    "wait_range": [lambda: part(wait=-1), lambda: part(wait=4)],
    "part_count": [lambda: Kind(()), lambda: Kind((part(),) * 5), lambda: Kind((part(),), lead=1)],
    "part_too_short": [lambda: Kind((part(cleanup=3), part(4), part(setup=2)))],
    "apart_range": [
        lambda: Apart(0, days=-1),
        lambda: Apart(0, days=MOST_DAYS + 1),
        lambda: Apart(0, minutes=-1),
        lambda: Apart(0, minutes=MOST_FLOOR + 1),
    ],
    "step_order": [
        lambda: with_step(course(), 1, follows=1),
        lambda: with_step(course(), 1, apart=(Apart(0), Apart(2))),
        lambda: with_step(course(), 0, apart=(Apart(-1),)),
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


FIELDS = {
    "session_count": "sessions",
    "start_within": "start_within_days",
    "latest_before_earliest": "latest",
    "gap_missing": "gap",
    "gap_reversed": "gap",
    "gap_too_long": "gap",
    "session_length": "ticks",
    "wait_range": "wait",
    "part_count": "parts",
    "part_too_short": "parts",
    "apart_range": "apart",
    "step_order": "steps",
    "unknown_pin": "pin",
    "preferred_hours": "prefer",
    "preferred_weekdays": "prefer",
}
"""The field that is named; a weight names itself, what is not the planner's to change names none."""


@pytest.mark.parametrize(("code", "build"), [(code, build) for code, builds in WRONG.items() for build in builds])
def test_a_request_that_makes_no_sense_is_refused_at_once(code: str, build: Callable[[], object]) -> None:
    with pytest.raises(Invalid) as refused:
        build()
    assert refused.value.code == code
    assert refused.value.field == FIELDS.get(code, refused.value.field)


def test_irregular_is_the_shorter_way_round_the_week_and_each_quarter_of_an_hour_begun() -> None:
    weights = Weights(irregular_day=100, irregular_15min=1)
    assert [weights.irregularity(days) for days in range(1, 9)] == [100, 200, 300, 300, 200, 100, 0, 100]
    assert [weights.irregularity(7, minutes) for minutes in (-30, -5, 0, 1, 15, 16)] == [2, 1, 0, 1, 1, 2]
    assert Weights().irregularity(3, 90) == 0


def test_the_costs_of_a_gap_are_its_days_off_the_ideal_and_on_another_weekday() -> None:
    request = with_step(course(sessions=2, weights=Weights(gap_day=10, irregular_day=1)), 1, gap=Gap(5, 6, 8))
    band = links_of(request).bands[1]
    assert band is not None
    assert (band.least, band.costs[:, 0].tolist()) == (5, [12, 1, 10, 21])


def test_without_an_ideal_every_length_of_a_gap_is_as_good() -> None:
    assert gap_costs(course(), Gap(5, None, 8), np.arange(5, 9)).tolist() == [0, 0, 0, 0]
    assert course().ideal_end == 7
    assert with_step(course(), 1, gap=Gap(2, None, 4)).ideal_end == 6


def test_the_parts_of_a_visit_begin_with_the_shortest_waits_first() -> None:
    each = Kind((part(6), part(3, wait=1), part(6, wait=2)))
    assert each.ticks == 15
    assert each.layouts == ((0, 6, 9), (0, 6, 10), (0, 7, 10), (0, 6, 11), (0, 7, 11), (0, 7, 12))
    assert kind().layouts == ((0,),)


def test_a_room_may_be_set_up_again_while_the_patient_is_elsewhere_for_long_enough() -> None:
    assert len(Kind((part(cleanup=3), part(5), part(setup=2))).parts) == 3
    assert len(Kind((part(cleanup=3, rooms=("one",)), part(1), part(setup=2, rooms=("two",)))).parts) == 3
    assert len(Kind((part(cleanup=3), part(1), part(rooms=None))).parts) == 3


def test_two_hundred_sessions_are_not_too_many() -> None:
    assert len(course(sessions=200).gaps) == 199


def test_a_request_names_each_kind_once() -> None:
    needling, exercise = kind(), kind(ticks=9)
    steps = tuple(Step(each, Gap(1, 1, 1)) for each in (needling, exercise, needling))
    assert replace(course(), steps=steps).kinds == (needling, exercise)


def test_the_ideal_end_counts_each_gap_from_what_it_follows() -> None:
    assert with_step(course(), 2, follows=0).ideal_end == 4


def test_no_session_lies_after_the_latest_day_or_the_horizon() -> None:
    assert course().last_day == 27
    assert course(latest=MONDAY + timedelta(9)).last_day == 9
    assert course(latest=MONDAY + timedelta(90)).last_day == 27
