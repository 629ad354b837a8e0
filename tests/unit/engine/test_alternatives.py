"""Other courses: each held against brute force in its own respect, and what they trade said in codes."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.engine import alternatives as module
from clinic.engine.alternatives import Alternative, alternatives
from clinic.engine.calendars import Therapist
from clinic.engine.course import Course
from clinic.engine.placement import place
from clinic.engine.request import MOST_WEIGHT, Apart, Gap, Prefer, Request, Step, Weights
from clinic.engine.traits import Traits, trades, traits
from tests.unit.engine.oracle import best_course
from tests.unit.engine.problems import Setting, random_problem
from tests.unit.engine.samples import DAYS, codes, course, hours, kind, placed, practice

PLAIN = Traits(1, 10, 2, 2, 2, 2, 5, frozenset("ab"), frozenset({0, 1}), frozenset({480, 540}))


def above_all(setting: Setting, request: Request, **weights: int) -> tuple[int, Traits] | None:
    """What the best course costs where that is dearest, by brute force, and what the engine's own looks like."""
    asked = replace(request, weights=replace(request.weights, **weights))
    best, found = best_course(setting, asked), place(asked)
    if best is None or not isinstance(found, Course):
        return None
    assert best.objective == found.objective
    return best.objective, traits(request, found)


def expected(setting: Setting, request: Request, main: Traits) -> Iterator[int]:
    """What each course costs that is best in one respect and better than the main one."""
    for day in range(main.ends):
        if (on := request.calendars.horizon.on(day)) >= request.earliest:
            best = best_course(setting, replace(request, latest=on))
            if best is not None:
                yield best.objective
                break
    regular = above_all(setting, request, irregular_day=MOST_WEIGHT, irregular_15min=MOST_WEIGHT)
    same_time = above_all(setting, request, irregular_15min=MOST_WEIGHT)
    wished = above_all(setting, request, other_therapist=MOST_WEIGHT)
    one = above_all(setting, request, switch=MOST_WEIGHT)
    within = above_all(setting, request, tod_15min=MOST_WEIGHT, tod_cap=MOST_WEIGHT)
    if main.regular < 2 and regular and regular[1].regular == 2:
        yield regular[0]
    elif not main.regular and same_time and same_time[1].regular:
        yield same_time[0]
    if main.strangers and wished and not wished[1].strangers:
        yield wished[0]
    elif main.changes and one and not one[1].changes:
        yield one[0]
    if main.outside and within and not within[1].outside:
        yield within[0]


def check(seed: int) -> None:
    setting, request = random_problem(seed)
    request = replace(request, steps=tuple(replace(step, was=None) for step in request.steps))
    main = place(request)
    if not isinstance(main, Course) or len(main.sessions) > 3:
        return
    found = alternatives(request, main)
    costs = {each.course.objective for each in found}
    for cost in expected(setting, request, traits(request, main)):
        assert cost in costs or (len(found) == 3 and cost >= max(costs))
    for each in found:
        assert each.course.objective >= main.objective
        assert each.trades
        assert each.course.objective == sum(sum(session.costs.values()) for session in each.course.sessions)


@pytest.mark.thorough
@given(st.integers(0, 2**32))
@settings(max_examples=40, derandomize=True, deadline=None, database=None)
def test_the_other_courses_are_the_best_in_their_respect(seed: int) -> None:
    check(seed)


@pytest.mark.prove
@pytest.mark.parametrize("start", range(0, 2_000, 200))
def test_the_other_courses_are_the_best_at_length(start: int) -> None:
    for seed in range(start, start + 200):
        check(seed)


def others(request: Request) -> tuple[Alternative, ...]:
    return alternatives(request, placed(request))


def said(found: Iterable[Alternative]) -> list[list[tuple[str, object]]]:
    return [codes(each.trades) for each in found]  # type: ignore[misc]


def test_a_course_that_is_best_in_every_respect_has_no_others() -> None:
    request = course(sessions=1)
    assert others(request) == ()


def test_an_earlier_end_costs_the_ideal_gaps() -> None:
    (found,) = others(course(sessions=2, weights=Weights(irregular_15min=1)))
    assert codes(found.trades) == [("sooner", {"days": 1}), ("off_ideal", {"days": 1})]
    assert [each.on.day for each in found.course.sessions] == [8, 10]


def test_the_earliest_end_is_found_where_hours_bind_too() -> None:
    """Two days would do; 49 hours and one opening hour a day leave three."""
    step = course().steps[0]
    steps = (step, replace(step, gap=Gap(2, 7, 7), apart=(Apart(0, minutes=49 * 60),)))
    one_hour = practice(therapists=(Therapist("ann", hours(range(DAYS), 8, 9)), Therapist("ben", 0)))
    found = others(course(replace(one_hour, open=hours(range(DAYS))), steps=steps, start_within_days=0))
    assert [each.course.sessions[-1].on.day for each in found] == [11]
    fixed = replace(steps[1], gap=Gap(2, 3, 3))
    assert others(course(replace(one_hour, open=hours(range(DAYS))), steps=(step, fixed), start_within_days=0)) == ()


def test_one_therapist_throughout_may_end_later() -> None:
    ann = Therapist("ann", hours([1, 5, 8]))
    request = course(practice(therapists=(ann, Therapist("ben", hours([4])))), sessions=2, prefer=Prefer())
    steps = (request.steps[0], Step(request.steps[0].kind, Gap(3, 3, 4)))
    weekend = replace(
        request.calendars,
        open=hours(range(DAYS)),
        therapists=(Therapist("ann", hours([1, 5])), *request.calendars.therapists[1:]),
    )
    (found,) = others(replace(request, calendars=weekend, steps=steps, start_within_days=0, weights=Weights(switch=1)))
    assert codes(found.trades) == [
        ("same_therapist", {"therapist": "ann"}),
        ("later", {"days": 1}),
        ("off_ideal", {"days": 1}),
    ]


def test_the_same_weekday_is_named() -> None:
    request = course(steps=(Step(course().steps[0].kind), Step(course().steps[0].kind, Gap(6, 6, 7))), prefer=Prefer())
    (found,) = others(request)
    assert codes(found.trades)[0] == ("regular", {"weekday": 1, "time": 480})


def test_what_is_gained_and_what_it_costs_have_one_order() -> None:
    better = Traits(0, 8, 1, 0, 0, 1, 4, frozenset("a"), frozenset({0, 1}), frozenset({480}))
    assert codes(trades(PLAIN, better)) == [
        ("same_time", {"time": 480}),
        ("same_therapist", {"therapist": "a"}),
        ("sooner", {"days": 2}),
        ("begins_sooner", {"days": 1}),
        ("wished_therapist_visits", {"count": 1}),
        ("within_wished", {"count": 2}),
        ("beside_visits", {"count": 1}),
        ("nearer_ideal", {"days": 1}),
    ]
    assert codes(trades(better, PLAIN)) == [
        ("no_longer_regular", {}),
        ("later", {"days": 2}),
        ("begins_later", {"days": 1}),
        ("other_therapist_visits", {"count": 1}),
        ("more_changes", {"count": 2}),
        ("outside_wished", {"count": 2}),
        ("alone_visits", {"count": 1}),
        ("off_ideal", {"days": 1}),
    ]
    assert trades(PLAIN, PLAIN) == ()
    assert codes(trades(PLAIN, replace(PLAIN, changes=1))) == [("fewer_changes", {"count": 1})]


def test_of_too_many_the_dearest_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    request = course(steps=(Step(kind()), Step(kind(), Gap(2, 3, 7))), prefer=Prefer())
    cheap, dear = others(request)
    assert dear.course.objective > cheap.course.objective
    monkeypatch.setattr(module, "MOST_ALTERNATIVES", 1)
    assert others(request) == (cheap,)


def test_one_therapist_whose_hours_are_too_near_is_no_other_course() -> None:
    ann, ben = Therapist("ann", hours([1, 3], 8, 9)), Therapist("ben", hours([3], 9, 10))
    steps = (Step(kind()), Step(kind(), Gap(2, 2, 2), apart=(Apart(0, minutes=49 * 60),)))
    assert others(course(practice(therapists=(ann, ben)), steps=steps, prefer=Prefer(), start_within_days=0)) == ()
