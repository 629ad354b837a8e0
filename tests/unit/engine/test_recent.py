"""The bound on what is to come, where sessions depend on more than the one before them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.domain.time import zone
from clinic.engine import walk
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.candidates import candidates
from clinic.engine.horizon import horizon
from clinic.engine.programme import programme
from clinic.engine.recent import Recent, deep, shallow
from clinic.engine.request import NEVER, Apart, Gap, Often, Request, Step, Weights
from clinic.engine.spacing import search
from tests.unit.engine.problems import larger_problem
from tests.unit.engine.samples import MONDAY, course, days_of, hours, kind

ENOUGH = 40_000_000
FLAT = Weights(first_late_day=0, last_late_day=0)


def in_turn(regions: int, sessions: int, ideal: int = 5, **changes: object) -> Request:
    """Sessions of so many regions in turn, up to eight days from each to the next of the same."""
    first = (Step(kind()), *[Step(kind(), Gap(1, None, 3))] * (regions - 1))
    after = (Step(kind(), Gap(min(3, ideal), ideal, 8), follows=n - regions) for n in range(regions, sessions))
    asked = {"steps": (*first, *after), "start_within_days": 6, "weights": FLAT} | changes
    return course(**asked)  # type: ignore[arg-type]


def any_day(first: date, days: int) -> Calendars:
    """The practice from another day on, open on every day."""
    span = horizon(zone("Europe/London"), first, days, grid_minutes=60)
    each_day = hours(range(days))
    therapists = (Therapist("ann", each_day), Therapist("ben", each_day))
    return Calendars(span, therapists, (Room("one"), Room("two")), Patient(), each_day)


def known(request: Request, most_work: int = ENOUGH) -> tuple[Recent, Recent]:
    """What is quickly known, and what is then."""
    found = candidates(request)
    plan = programme(request, found)
    quick = shallow(request, found, plan, most_work)
    return quick, deep(request, found, plan, most_work, quick)


def cheapest(request: Request) -> int:
    found = search(request, candidates(request))
    assert found is not None
    assert found.proven
    return found.objective


@pytest.mark.parametrize("regions", [2, 3, 4])
def test_where_every_rule_speaks_of_days_the_bound_is_what_the_cheapest_course_costs(regions: int) -> None:
    request = in_turn(regions, 2 * regions + 1)
    quick, all_of_it = known(request)
    assert quick.least == cheapest(request)
    assert all_of_it is quick


def test_closures_and_other_treatment_are_part_of_the_bound() -> None:
    request = in_turn(2, 5)
    paused = replace(request.calendars, paused=0b110 << 2, patient=replace(request.calendars.patient, away=0))
    since = tuple(
        replace(step, since=(MONDAY + timedelta(5),)) if n == 3 else step for n, step in enumerate(request.steps)
    )
    uneven = replace(request, calendars=paused, steps=since)
    assert known(uneven)[0].least == cheapest(uneven)


def test_the_visits_of_a_week_are_part_of_all_that_can_be_known() -> None:
    request = in_turn(2, 6, 2, often=Often(week=3))
    quick, all_of_it = known(request)
    assert quick.least < all_of_it.least == cheapest(request)
    besides = replace(request, often=Often(week=3, besides=(MONDAY + timedelta(8),)))
    assert known(besides)[1].least == cheapest(besides)


def test_a_visit_on_the_first_day_of_all_counts_in_its_week() -> None:
    request = in_turn(2, 6, 2, often=Often(week=3), earliest=MONDAY, start_within_days=0)
    assert known(request)[1].least == cheapest(request)


def test_irregular_days_and_times_are_part_of_all_that_can_be_known() -> None:
    weights = replace(FLAT, irregular_day=1, irregular_15min=2)
    request = replace(larger_problem(21)[1], weights=weights, often=Often())
    quick, all_of_it = known(request)
    assert quick.least < all_of_it.least <= cheapest(request)


def test_a_distance_to_an_earlier_session_is_kept_to_the_day() -> None:
    """The third keeps two days of 24 hours to the second, and all are at the same time or later."""
    third = Step(kind(), Gap(2, 3, 4), follows=0, apart=(Apart(0, minutes=2880), Apart(1, days=2)))
    request = course(steps=(Step(kind()), Step(kind(), Gap(1, 2, 3)), third), weights=FLAT)
    assert days_of(request) == [1, 2, 4]
    assert known(request)[0].least == cheapest(request)


def test_floors_that_only_times_of_day_could_keep_are_left_to_the_search() -> None:
    """Each the day after the one before, eight hours later on the day: there is time for two, not for three."""
    apart = Step(kind(), Gap(1, 1, 1), apart=(Apart(0, minutes=32 * 60),))
    third = Step(kind(), Gap(2, 2, 2), follows=0, apart=(Apart(1, minutes=32 * 60),))
    request = course(steps=(Step(kind()), apart, third), weights=FLAT)
    assert known(request)[1].least < NEVER
    assert search(request, candidates(request)) is None


def test_days_that_no_gap_reaches_end_no_rhythm() -> None:
    rhythms = known(in_turn(2, 5))[0].rhythms
    ahead = rhythms.next([1, 2], range(3, 20)).tolist()
    assert [day for day, rhythm in enumerate(ahead, 3) if rhythm >= 0] == list(range(4, 10))


def test_where_only_the_next_day_will_do_no_other_ends_a_rhythm() -> None:
    steps = (Step(kind()), Step(kind(), Gap(1, 1, 1)), Step(kind(), Gap(2, 2, 2), follows=0))
    rhythms = known(course(steps=steps, weights=FLAT))[0].rhythms
    assert rhythms.next([1], range(2, 5)).tolist() == [0, -1, -1]


def test_where_too_much_would_have_to_be_counted_nothing_is_said() -> None:
    request = in_turn(3, 7)
    quick, all_of_it = known(request, 10)
    assert quick is all_of_it
    assert (quick.least, quick.after(range(3), ()).tolist()) == (0, [[[0]]])


@pytest.mark.thorough
def test_where_times_would_be_too_much_days_alone_are_counted_and_of_as_many_sessions_as_can_be() -> None:
    request = replace(larger_problem(80)[1], often=Often(week=6))
    quick, all_of_it = known(request, 2_000_000)
    assert (quick.rhythms.depth, quick.quarter) == (3, 0)
    assert all_of_it.rhythms.depth == 5
    assert all_of_it.quarter == 0
    assert quick.least <= all_of_it.least <= cheapest(request)


def test_where_nothing_is_known_the_search_meets_dead_ends_and_leaves_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second would best be three days after the first, but the third has to be two days after that."""
    monkeypatch.setattr(walk, "A_GLANCE_OF_WORK", 0)
    monkeypatch.setattr(walk, "MOST_WORK", 0)
    steps = (Step(kind()), Step(kind(), Gap(1, 3, 4)), Step(kind(), Gap(2, 2, 2), follows=0))
    request = course(steps=steps, weights=FLAT)
    assert cheapest(request) == 20
    assert days_of(request) == [1, 2, 3]


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_no_course_costs_less_than_any_bound(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _, request = larger_problem(seed)
    found = candidates(request)
    if found.links.chained or (best := search(request, found)) is None:
        return
    for work in (20_000, 300_000, ENOUGH):
        quick, all_of_it = known(request, work)
        assert quick.least <= best.objective
        assert all_of_it.least <= best.objective
    monkeypatch.setattr(walk, "GLANCE", 0)
    again = search(request, found)
    assert again is not None
    assert (again.objective, again.sessions) == (best.objective, best.sessions)


def test_a_sunday_counts_in_the_week_that_it_ends_even_as_the_first_day_of_all() -> None:
    sunday = MONDAY - timedelta(1)
    request = in_turn(2, 5, 1, often=Often(week=2), calendars=any_day(sunday, 29), earliest=sunday)
    request = replace(request, start_within_days=0)
    assert days_of(request) == [-1, 2, 3, 7, 8]
    assert known(request)[1].least == cheapest(request)


def test_a_week_that_begins_on_the_last_day_of_all_takes_a_visit() -> None:
    steps = (Step(kind()), Step(kind(), Gap(1, 1, 1)), Step(kind(), Gap(2, 2, 2), follows=0))
    request = course(any_day(MONDAY, 8), steps=steps, weights=FLAT, often=Often(week=2))
    request = replace(request, earliest=MONDAY + timedelta(5), start_within_days=0)
    assert days_of(request) == [5, 6, 7]
    assert known(request)[1].least == cheapest(request)


def test_no_more_sessions_are_told_apart_than_six_however_many_a_week_takes() -> None:
    quick, all_of_it = known(in_turn(2, 9, 1, often=Often(week=7)))
    assert (quick.rhythms.depth, all_of_it.rhythms.depth) == (2, 6)


def test_where_nothing_is_quickly_known_fewer_sessions_may_still_tell_something() -> None:
    quick, all_of_it = known(in_turn(3, 7), 40_000)
    assert not quick.ahead
    assert (bool(all_of_it.ahead), all_of_it.rhythms.depth) == (True, 2)
