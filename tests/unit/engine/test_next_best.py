"""Where else a session could be: held against placing the course anew with everything else pinned."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.engine.calendars import Calendars, Room, Therapist
from clinic.engine.course import Course
from clinic.engine.kind import Staff
from clinic.engine.next_best import Neighbourhood, NextBest
from clinic.engine.openings import openings
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Pin, Prefer, Request, Step, Was, Weights
from clinic.engine.slots import slots
from tests.unit.engine.problems import random_problem
from tests.unit.engine.samples import MONDAY, OPEN, SPAN, course, hours, kind, placed, practice, tick

Place = tuple[int, str]


def all_places(request: Request, found: Course, n: int) -> dict[Place, Course]:
    """Every start and lead with which the course can be placed while all other sessions are pinned."""
    pins = [Pin(each.start, each.therapist) for each in found.sessions]
    possible = {}
    for slot in slots(openings(request.calendars, request.steps[n].kind)):
        for therapist in slot.therapists:
            pins[n] = Pin(slot.start, therapist)
            steps = tuple(replace(step, pin=pin) for step, pin in zip(request.steps, pins, strict=True))
            answer = place(replace(request, steps=steps))
            if isinstance(answer, Course):
                possible[slot.start, therapist] = answer
    return possible


def day_of(request: Request, start: int) -> date:
    horizon = request.calendars.horizon
    day = horizon.day_of(start)
    assert day is not None
    return horizon.on(day)


def totals(found: Course) -> dict[str, int]:
    """What the course costs by name."""
    names = found.sessions[0].costs
    return {name: sum(each.costs[name] for each in found.sessions) for name in names}


def check(seed: int) -> None:
    _, request = random_problem(seed)
    steps = tuple(replace(step, pin=None) for step in request.steps)
    request = replace(request, steps=steps)
    found = place(request)
    if isinstance(found, Course):
        agrees(request)


def agrees(request: Request) -> None:
    """Every session of the placed course could be where placing it anew would put it, and nowhere else."""
    found = placed(request)
    order = [each.id for each in request.calendars.therapists]
    around = Neighbourhood(request, found)
    for n, session in enumerate(found.sessions):
        possible = all_places(request, found, n)
        places = around.places(n)
        assert {(each.start, who) for each in places.slots() for who in each.therapists} == set(possible)
        del possible[session.start, session.therapist]
        that_day = {at for at in possible if at[1] == session.therapist and day_of(request, at[0]) == session.on}
        elsewhere = possible.keys() - that_day or possible
        best = min(elsewhere, key=lambda at: (possible[at].objective, at[0], order.index(at[1])), default=None)
        next_best = places.next_best(session)
        assert (next_best and (next_best.start, next_best.therapist)) == best
        if next_best is not None and best is not None:
            assert next_best.that_day == any(possible[at].objective <= found.objective for at in that_day)
            now, then = totals(found), totals(possible[best])
            assert next_best.differences == {name: then[name] - now[name] for name in now if then[name] != now[name]}
            assert next_best.dearer == possible[best].objective - found.objective


@pytest.mark.oracle
@given(st.integers(0, 2**32))
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
def test_the_next_best_place_is_the_cheapest_that_placing_anew_would_find(seed: int) -> None:
    check(seed)


@pytest.mark.prove
@pytest.mark.parametrize("start", range(0, 5_000, 500))
def test_the_next_best_place_agrees_at_length(start: int) -> None:
    for seed in range(start, start + 500):
        check(seed)


def next_best(request: Request, n: int) -> NextBest | None:
    """Of a session of the placed course."""
    found = placed(request)
    return Neighbourhood(request, found).places(n).next_best(found.sessions[n])


def test_the_next_best_says_by_name_what_it_would_cost() -> None:
    found = next_best(course(), 1)
    assert found == NextBest(tick(4, 8), "ben", {"other_therapist": 8, "switch": 10})
    assert found.dearer == 18


def test_who_is_asked_about_one_session_after_the_other_says_the_same() -> None:
    request = course()
    found = placed(request)
    around = Neighbourhood(request, found)
    asked = [around.places(n).next_best(each) for n, each in enumerate(found.sessions)]
    assert asked == [next_best(request, n) for n in range(len(found.sessions))]


def test_another_time_of_the_day_is_the_next_best_only_where_there_is_no_other_day_or_therapist() -> None:
    only = practice(therapists=(Therapist("ann", hours([1], 8, 10)), Therapist("ben", 0)))
    assert next_best(course(only, sessions=1), 0) == NextBest(tick(1, 9), "ann", {"time_of_day": 4})


def test_other_times_of_the_day_that_are_as_good_are_told_beside_another_day() -> None:
    found = next_best(course(practice(therapists=(Therapist("ann", OPEN), Therapist("ben", 0))), prefer=Prefer()), 1)
    assert found == NextBest(tick(3, 8), "ann", {"gap_day": 20}, that_day=True)


def test_a_neighbour_that_would_change_therapist_too_counts_twice() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([1, 4, 7], 8, 9)), Therapist("ben", OPEN)))
    found = next_best(course(calendars, steps=(Step(kind(), Gap(3, 3, 3)),) * 3, prefer=Prefer("ann")), 1)
    assert found == NextBest(tick(4, 8), "ben", {"other_therapist": 8, "switch": 10})


def test_what_can_be_nowhere_else_has_no_next_best() -> None:
    only = practice(therapists=(Therapist("ann", hours([1], 8, 9)), Therapist("ben", 0)))
    assert next_best(course(only, sessions=1), 0) is None


def test_a_pinned_session_may_have_a_better_place() -> None:
    found = next_best(course(sessions=1, steps=(Step(kind(), pin=Pin(tick(2, 12), "ann")),)), 0)
    assert found == NextBest(tick(1, 8), "ann", {"first_late_day": -4, "last_late_day": -6, "time_of_day": -12}, True)
    assert found.dearer == -22


def test_a_week_that_is_full_is_left_out() -> None:
    request = course(sessions=2, steps=(Step(kind(), Gap(2, 3, 6)),) * 2, often=Often(week=1, besides=(MONDAY,)))
    moved = Neighbourhood(request, placed(replace(request, often=Often()))).places(1)
    assert {(each.start - SPAN.first_tick) // 288 for each in moved.slots()} == {7}


def test_an_hour_floor_and_rest_days_are_kept_to_both_sides() -> None:
    apart = (Apart(0, days=2, minutes=49 * 60),)
    steps = (Step(kind()), Step(kind(), Gap(1, 2, 3), apart=apart))
    places = Neighbourhood(request := course(steps=steps), placed(request)).places(0)
    second = placed(request).sessions[1]
    assert max(each.start for each in places.slots()) <= second.start - 49 * 12


def test_regularity_counts_to_both_neighbours() -> None:
    weights = Weights(irregular_day=6, irregular_15min=1)
    alone = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", 0)))
    each = kind(staff=(Staff("ann"),))
    weekly = course(alone, steps=(Step(each, Gap(7, 7, 7)),) * 3, weights=weights, prefer=Prefer())
    assert next_best(weekly, 1) == NextBest(tick(8, 9), "ann", {"irregularity": 8})
    looser = replace(
        weekly, steps=(Step(each, Gap(6, 7, 8)),) * 3, weights=replace(weights, gap_day=1, irregular_15min=9)
    )
    assert next_best(looser, 1) == NextBest(tick(7, 8), "ann", {"gap_day": 2, "irregularity": 12})


def test_what_should_be_beside_another_visit_and_is_not_costs() -> None:
    beside = ((tick(1, 9), tick(1, 10)),)
    calendars = practice(therapists=(Therapist("ann", hours([1], 8, 12)), Therapist("ben", 0)), rooms=(Room("one"),))
    found = next_best(course(calendars, sessions=1, each=kind(rooms=("one",)), prefer=Prefer(beside=beside)), 0)
    assert found == NextBest(tick(1, 10), "ann", {}, that_day=True)
    alone = next_best(course(calendars, sessions=1, each=kind(rooms=("one",)), prefer=Prefer(beside=beside[:0])), 0)
    assert alone == NextBest(tick(1, 9), "ann", {}, that_day=True)


def test_the_session_after_may_count_its_gap_from_an_earlier_one() -> None:
    each = kind(staff=(Staff("ann"),))
    steps = (Step(each), Step(each, Gap(1, 1, 7)), Step(each, Gap(7, 7, 7), follows=0))
    request = course(steps=steps, weights=Weights(irregular_day=1), prefer=Prefer())
    places = Neighbourhood(request, placed(request)).places(1)
    assert {(each.start - SPAN.first_tick) // 288 for each in places.slots()} == {2, 3, 4, 7}


def few() -> Calendars:
    """Two starts on each of some days, with one therapist or two."""
    some = hours([1, 2, 3, 4, 7, 8], 8, 10)
    return practice(therapists=(Therapist("ann", some), Therapist("ben", some & ~hours([2, 7]))))


def test_regularity_and_where_a_visit_was_count_as_they_do_in_placing_anew() -> None:
    weights = Weights(irregular_day=2, irregular_15min=1, moved_day=3, moved_15min=1)
    was = Was(MONDAY + timedelta(3), 9 * 60, "ben")
    step = Step(kind(), Gap(2, 3, 4), apart=(Apart(0, minutes=50 * 60),))
    request = course(few(), weights=weights, steps=(Step(kind()), replace(step, was=was), Step(kind(), Gap(2, 3, 4))))
    agrees(request)


def test_distances_are_kept_to_the_sessions_that_they_are_from() -> None:
    """Nobody's neighbour: the third keeps its distance from the first, and the second may go anywhere between."""
    steps = (Step(kind()), Step(kind(), Gap(1, 2, 6)), Step(kind(), Gap(1, 2, 6), apart=(Apart(0, days=6),)))
    agrees(course(few(), steps=steps, prefer=Prefer()))
