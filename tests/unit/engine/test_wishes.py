"""What sessions cost by themselves: the wished people, company, and staying where they were."""

from dataclasses import replace
from datetime import timedelta

from clinic.engine.calendars import Therapist
from clinic.engine.course import Course
from clinic.engine.kind import Kind
from clinic.engine.placement import place
from clinic.engine.request import Often, Prefer, Request, Was, Weights
from tests.unit.engine.samples import (
    MONDAY,
    OPEN,
    SPAN,
    course,
    days_and_hours,
    hours,
    part,
    placed,
    practice,
    tick,
    with_step,
)

FLAT = Weights(first_late_day=0, last_late_day=0)


def single(prefer: Prefer = Prefer(), **changes: object) -> Request:  # noqa: B008 - a frozen value
    """One session, on Tuesday or the three days after it."""
    return course(**{"sessions": 1, "prefer": prefer, "weights": FLAT} | changes)  # type: ignore[arg-type]


def test_one_among_those_wished_costs_nothing() -> None:
    assert placed(single(Prefer(among=frozenset({"ben"})))).sessions[0].therapist == "ben"
    assert placed(single(Prefer(among=frozenset({"ben", "ann"})))).sessions[0].therapist == "ann"
    nobody = placed(single(Prefer("ann", among=frozenset())))
    assert nobody.sessions[0].costs["other_therapist"] == nobody.objective == FLAT.other_therapist


def test_a_visit_beside_another_is_preferred_before_it_or_after_it() -> None:
    """Another visit on Wednesday from ten to eleven."""
    beside = ((tick(2, 10), tick(2, 11)),)
    assert days_and_hours(single(Prefer(beside=beside))) == [(2, 9)]
    taken = practice(therapists=(Therapist("ann", OPEN & ~hours([2], 8, 10)), Therapist("ben", 0)))
    assert days_and_hours(single(Prefer(beside=beside), calendars=taken)) == [(2, 11)]
    alone = placed(single(Prefer(beside=((tick(9, 10), tick(9, 11)),))))
    assert (alone.objective, alone.sessions[0].costs["alone"]) == (8, 8)


def test_beside_is_within_a_quarter_of_an_hour() -> None:
    for minutes, hour in ((15, 9), (20, 8)):
        begins = tick(2, 10) + minutes // 5
        assert days_and_hours(single(Prefer(beside=((begins, tick(2, 18)),))))[0][1] == hour


def test_what_may_move_stays_where_it_was_unless_that_costs_more() -> None:
    was = Was(MONDAY + timedelta(3), 15 * 60, "ben")
    stays = placed(with_step(single(), 0, was=was))
    assert (stays.sessions[0].start, stays.sessions[0].therapist, stays.objective) == (tick(3, 15), "ben", 0)
    away = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", hours([4], 14))))
    found = placed(with_step(single(calendars=away), 0, was=was)).sessions[0]
    assert (found.start, found.therapist, found.costs["other_therapist"]) == (tick(3, 15), "ann", 8)
    alone = practice(therapists=(Therapist("ann", 0), Therapist("ben", hours([2], 14, 15))))
    moved = placed(with_step(single(calendars=alone), 0, was=was)).sessions[0]
    assert (moved.start, moved.costs["moved"]) == (tick(2, 14), 24)


def test_sessions_of_one_kind_that_were_elsewhere_are_weighed_each_by_itself() -> None:
    request = course(prefer=Prefer(), weights=FLAT)
    for n, hour in ((0, 9), (2, 16)):
        request = with_step(request, n, was=Was(MONDAY + timedelta(1 + 3 * n), hour * 60, "ann"))
    assert days_and_hours(request) == [(1, 9), (4, 8), (7, 16)]


def test_moving_counts_where_hours_are_told_apart_too() -> None:
    request = replace(single(), weights=replace(FLAT, irregular_15min=1))
    assert days_and_hours(with_step(request, 0, was=Was(MONDAY + timedelta(2), 16 * 60, "ann"))) == [(2, 16)]


def test_wishes_are_weighed_for_the_way_that_is_taken_with_each_lead() -> None:
    """With Ann the visit has a wait and ends too late to be beside the other; with Ben it has none."""
    ann = Therapist("ann", hours([1], 8, 10) & ~(1 << 288 + 8 * 12 + 6))
    calendars = practice(therapists=(ann, Therapist("ben", hours([1], 8, 9) & hours([1], 8, 9) << 6)))
    each = Kind((part(6, "cyd"), part(6, wait=3)), lead=1)
    calendars = replace(calendars, therapists=(*calendars.therapists, Therapist("cyd", hours([1], 8, 9))))
    for prefer, name in (
        (Prefer(beside=((tick(1, 9), tick(1, 10)),)), "alone"),
        (Prefer(minutes=(8 * 60, 9 * 60)), "time_of_day"),
    ):
        answer = place(single(prefer, calendars=calendars, each=each, start_within_days=0))
        assert isinstance(answer, Course)
        assert (answer.sessions[0].therapist, answer.objective) == ("ben", 0)
        pinned = replace(calendars, therapists=(ann, Therapist("ben", 0), calendars.therapists[2]))
        with_ann = placed(single(prefer, calendars=pinned, each=each, start_within_days=0)).sessions[0]
        assert (with_ann.therapist, with_ann.costs[name]) == ("ann", {"alone": 8, "time_of_day": 1}[name])


def test_a_day_that_is_full_is_left_even_for_company() -> None:
    beside = Prefer(beside=((tick(2, 10), tick(2, 11)),))
    full = single(beside, often=Often(day=1, besides=(SPAN.on(2),)))
    assert days_and_hours(full) == [(1, 8)]
