"""How far sessions lie apart: hours, the session a gap counts from, treatment elsewhere, rest and pauses."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.engine.calendars import Therapist
from clinic.engine.course import NoCourse
from clinic.engine.links import MOST_PAUSED, Links, links_of
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Pin, Prefer, Request, Step, Weights
from tests.unit.engine.samples import (
    DAYS,
    MONDAY,
    course,
    days_and_hours,
    days_of,
    hours,
    kind,
    placed,
    practice,
    tick,
    with_step,
)

FLAT = Weights(first_late_day=0, last_late_day=0)
TWO_DAYS = 48 * 60


def at_work(works: int) -> tuple[Therapist, ...]:
    return Therapist("ann", works), Therapist("ben", 0)


def two(works: int, gap: Gap, *apart: Apart, **changes: object) -> Request:
    """Tuesday and a second session, when Ann works, without wishes."""
    asked = {"sessions": 2, "start_within_days": 0, "prefer": Prefer(), "weights": FLAT} | changes
    return with_step(course(practice(therapists=at_work(works)), **asked), 1, gap=gap, apart=apart)  # type: ignore[arg-type]


def on(day: int) -> date:
    return MONDAY + timedelta(day)


def test_a_floor_of_hours_is_kept_by_the_hour_not_by_the_day() -> None:
    tuesday_at_three = hours([1], 15, 16)
    floor = Apart(0, minutes=TWO_DAYS)
    assert days_and_hours(two(tuesday_at_three | hours([3, 4]), Gap(2, 2, 4), floor)) == [(1, 15), (3, 15)]
    assert days_and_hours(two(tuesday_at_three | hours([3, 4], 8, 15), Gap(2, 2, 4), floor)) == [(1, 15), (4, 8)]
    assert days_and_hours(two(tuesday_at_three | hours([3, 4], 8, 15), Gap(2, 2, 4))) == [(1, 15), (3, 8)]


def test_two_days_are_enough_for_a_floor_of_as_many_hours_where_the_time_is_as_late() -> None:
    request = course(start_within_days=0, weights=FLAT)
    for n in (1, 2):
        request = with_step(request, n, gap=Gap(2, 2, 4), apart=(Apart(n - 1, minutes=TWO_DAYS),))
    assert days_and_hours(request) == [(1, 8), (3, 8), (7, 8)]


@pytest.mark.parametrize("least", [1, 2, 3])
def test_a_floor_holds_whatever_the_least_days_say(least: int) -> None:
    request = two(hours([1], 12, 13) | hours([2, 3, 4], 8, 9), Gap(least, 1, 4), Apart(0, minutes=TWO_DAYS))
    assert days_and_hours(request)[1] == (4, 8)
    assert not with_floor(3, 48).timed
    assert with_floor(2, 48).timed


def with_floor(least: int, floor_hours: int) -> Links:
    return links_of(two(hours([1, 4]), Gap(least, 4, 4), Apart(0, minutes=60 * floor_hours)))


def test_of_two_hours_that_keep_a_floor_the_first_session_takes_the_cheaper_for_both() -> None:
    """At eleven the first session would be as wished, but then too late for the second's only hour two days on."""
    wish = Prefer(minutes=(11 * 60, 12 * 60))
    request = two(hours([1], 8, 14) | hours([3], 9, 10) | hours([7], 12, 13), Gap(2, 2, 6), prefer=wish)
    assert days_and_hours(request) == [(1, 11), (3, 9)]
    floored = with_step(request, 1, apart=(Apart(0, minutes=TWO_DAYS),))
    assert days_and_hours(floored) == [(1, 9), (3, 9)]


def test_a_floor_that_is_longer_than_the_days_left_leaves_no_course() -> None:
    request = two(hours([1, 2, 3, 4]), Gap(1, 1, 4), Apart(0, minutes=72 * 60))
    assert days_and_hours(request) == [(1, 8), (4, 8)]
    assert isinstance(place(replace(request, latest=on(2))), NoCourse)


def test_sides_that_take_turns_keep_their_gaps_each_from_its_own_session_before() -> None:
    """Left on Tuesday, right on Wednesday, and each again three days after its own."""
    request = replace(turns(5, Gap(3, 3, 6)), weights=FLAT, start_within_days=0)
    assert not links_of(request).chained
    course_ = placed(request)
    assert days_of(request) == [1, 2, 4, 7, 8]
    assert [each.gap for each in course_.sessions] == [None, 1, 3, 5, 4]


def turns(sessions: int, gap: Gap = Gap(2, 3, 6)) -> Request:  # noqa: B008 - a frozen value
    """Each session follows the one before the last, the second the first by a day."""
    first, second = Step(kind()), Step(kind(), Gap(1, 1, 6))
    others = (Step(kind(), gap, follows=n - 2, apart=(Apart(n - 2, minutes=TWO_DAYS),)) for n in range(2, sessions))
    return course(steps=(first, second, *others), prefer=Prefer())


def test_a_session_that_follows_an_earlier_one_still_comes_after_the_one_before_it() -> None:
    request = with_step(course(prefer=Prefer(), start_within_days=0), 1, gap=Gap(3, 3, 4))
    assert days_of(with_step(request, 2, gap=Gap(1, 1, 9), follows=0)) == [1, 4, 7]


def test_an_early_session_is_put_where_those_that_count_from_it_are_cheapest() -> None:
    """The third follows the first by two days exactly, and not by fewer hours: no Thursday is late enough."""
    calendars = practice(therapists=at_work(hours([1], 15, 16) | hours([2, 4], 8, 9) | hours([3], 8, 12)))
    request = course(calendars, prefer=Prefer(), start_within_days=1, steps=turns(3, Gap(2, 2, 2)).steps)
    assert days_and_hours(request) == [(2, 8), (3, 8), (4, 8)]


def test_a_rest_is_kept_from_the_session_it_is_from_not_from_the_one_before() -> None:
    request = course(prefer=Prefer(), start_within_days=0, weights=FLAT)
    request = with_step(with_step(request, 1, gap=Gap(1, 1, 4)), 2, gap=Gap(1, 1, 9), apart=(Apart(0, days=7),))
    assert days_of(request) == [1, 2, 8]


def test_a_distance_that_the_gaps_keep_anyhow_costs_nothing_to_keep() -> None:
    request = course()
    assert links_of(with_step(request, 2, apart=(Apart(0, days=4, minutes=TWO_DAYS),))).chained
    assert not links_of(with_step(request, 2, apart=(Apart(0, days=5),))).chained
    assert not links_of(with_step(request, 2, apart=(Apart(0, minutes=4 * 24 * 60),))).chained
    followed = with_step(with_step(request, 2, follows=0), 2, gap=Gap(6, 6, 9), apart=(Apart(1, days=2),))
    assert links_of(followed).apart[2] == (Apart(1, days=2),)


def test_a_floor_from_the_session_before_the_last_turns_the_hours_round() -> None:
    """The first on Tuesday at three leaves the third on Thursday only from three on."""
    each = course(practice(therapists=at_work(hours([1], 15, 16) | hours([2]) | hours([3, 4], 8, 12))), prefer=Prefer())
    request = replace(each, steps=turns(3, Gap(2, 2, 6)).steps, start_within_days=0)
    assert days_and_hours(request) == [(1, 15), (2, 8), (4, 8)]


def test_a_gap_counts_from_treatment_elsewhere_that_lies_between() -> None:
    request = with_step(course(sessions=2, start_within_days=0, weights=FLAT), 1, gap=Gap(3, 3, 5))
    assert days_of(request) == [1, 4]
    between = with_step(request, 1, since=(on(0), on(2)))
    assert days_of(between) == [1, 7]
    assert placed(between).sessions[1].gap == 5
    assert days_of(with_step(request, 1, since=(on(9),))) == [1, 4]
    assert isinstance(place(with_step(request, 1, since=(on(3), on(5), on(8)), gap=Gap(4, 4, 4))), NoCourse)


def test_a_first_session_keeps_its_ideal_from_treatment_before_the_course() -> None:
    request = course(sessions=1, start_within_days=9, weights=FLAT)
    after = with_step(request, 0, since=(on(-2), on(-9)), gap=Gap(2, 6, 8))
    found = placed(after).sessions[0]
    assert (found.on, found.gap, found.costs["gap_day"]) == (on(4), 6, 0)
    monday_week = replace(after, earliest=on(5))
    assert isinstance(place(monday_week), NoCourse)
    assert placed(with_step(monday_week, 0, gap=Gap(2, 6, 9))).sessions[0].costs["gap_day"] == 30


def paused(days: Iterable[int], gap: Gap, second: int) -> Request:
    """Sessions on Tuesday and on one other day, with days between that do not count."""
    calendars = practice(therapists=at_work(hours([1, second])), paused=sum(1 << day for day in days))
    return with_step(course(calendars, sessions=2, start_within_days=0, weights=FLAT), 1, gap=gap)


def test_days_away_stretch_the_longest_gap_but_neither_the_least_nor_the_ideal() -> None:
    request = paused(range(2, 15), Gap(2, 3, 4), 16)
    assert days_of(request) == [1, 16]
    assert placed(request).sessions[1].costs["gap_day"] == 120
    assert isinstance(place(paused(range(2, 12), Gap(2, 3, 4), 16)), NoCourse)
    assert isinstance(place(paused((), Gap(2, 3, 4), 16)), NoCourse)
    assert isinstance(place(paused(range(2, 4), Gap(5, 5, 9), 4)), NoCourse)


def test_a_longest_gap_is_stretched_by_three_weeks_at_most() -> None:
    weeks = range(2, DAYS)
    assert MOST_PAUSED == 21
    assert days_of(paused(weeks, Gap(1, 1, 1), 23)) == [1, 23]
    assert isinstance(place(paused(weeks, Gap(1, 1, 1), 24)), NoCourse)


def test_a_pause_stretches_the_gap_from_treatment_elsewhere_too() -> None:
    request = paused(range(4, 9), Gap(2, 3, 4), 11)
    assert days_of(with_step(request, 1, since=(on(3),))) == [1, 11]
    first = replace(request, steps=request.steps[1:], start_within_days=20)
    assert days_of(with_step(first, 0, since=(on(3),), pin=None)) == [1]
    late = replace(with_step(first, 0, since=(on(3),)), earliest=on(5))
    assert days_of(late) == [11]


def test_a_course_that_begins_after_the_days_searched_has_no_room_though_days_are_paused() -> None:
    late = replace(paused(range(2, 9), Gap(2, 3, 4), 16), earliest=on(DAYS + 1))
    assert isinstance(place(late), NoCourse)


def test_a_pin_and_a_floor_go_together() -> None:
    pinned = with_step(course(sessions=2, prefer=Prefer(), weights=FLAT), 0, pin=Pin(tick(2, 15)))
    floored = with_step(pinned, 1, gap=Gap(2, 2, 4), apart=(Apart(0, minutes=TWO_DAYS),))
    assert days_and_hours(floored) == [(2, 15), (4, 15)]
