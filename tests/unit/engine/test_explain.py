"""Why there is no course: the session, the days, the reasons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import zone
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.course import NoCourse
from clinic.engine.explain import explain
from clinic.engine.horizon import horizon
from clinic.engine.kind import Blocked, Kind, Reason, Staff
from clinic.engine.placement import place
from clinic.engine.request import Apart, Gap, Often, Pin, Request, Step
from tests.unit.engine.samples import MONDAY, OPEN, SPAN, codes, course, hours, kind, part, practice, tick, with_step

ALL_DAY = hours([1], 0, 24)
ANN, BEN = {"therapist": "ann"}, {"therapist": "ben"}


def on(day: int) -> date:
    return MONDAY + timedelta(day)


def blocked(request: Request) -> dict[date, list[tuple[str, dict[str, object]]]]:
    answer = place(request)
    assert isinstance(answer, NoCourse)
    return {day.on: codes(day.reasons) for day in answer.window}


def on_tuesday(**changes: object) -> list[tuple[str, dict[str, object]]]:
    """What blocks a single session that must be on Tuesday."""
    each = changes.pop("each", kind())
    assert isinstance(each, Kind)
    found = blocked(course(practice(**changes), sessions=1, start_within_days=0, each=each))
    assert list(found) == [MONDAY + timedelta(1)]
    return found[MONDAY + timedelta(1)]


def ann_and_ben(**layers: Any) -> tuple[Therapist, ...]:
    return tuple(Therapist(id_, **{"works": OPEN, **layers}) for id_ in ("ann", "ben"))


def with_cyd(works: int) -> tuple[Therapist, ...]:
    return *ann_and_ben(), Therapist("cyd", works)


CASES: dict[str, tuple[Callable[[], list[tuple[str, dict[str, object]]]], list[tuple[str, dict[str, object]]]]] = {
    "closed": (lambda: on_tuesday(open=OPEN & ~ALL_DAY), [("closed", {})]),
    "too soon": (lambda: on_tuesday(not_before=tick(1, 18)), [("too_soon", {})]),
    "patient away": (lambda: on_tuesday(patient=Patient(away=ALL_DAY)), [("patient_away", {})]),
    "patient unavailable": (lambda: on_tuesday(patient=Patient(hours([2]))), [("patient_unavailable", {})]),
    "patient elsewhere": (lambda: on_tuesday(patient=Patient(taken=OPEN)), [("patient_elsewhere", {})]),
    "blocked": (
        lambda: on_tuesday(each=kind(blocked=(Blocked(SPAN.on_days(0b10), Reason("needled_elsewhere", {"days": 4})),))),
        [("needled_elsewhere", {"days": 4})],
    ),
    "nobody": (lambda: on_tuesday(each=kind(staff=())), [("nobody_may", {})]),
    "only beyond the wish": (
        lambda: on_tuesday(each=kind(staff=(Staff("ann", beyond_wish=True),))),
        [("nobody_may", {})],
    ),
    "credential": (
        lambda: on_tuesday(each=kind(staff=(Staff("ann", 0, Reason("expired", {"on": "1 May"})), Staff("ben", 1)))),
        [("expired", {"on": "1 May"}), ("not_authorised", BEN)],
    ),
    "not working": (
        lambda: on_tuesday(therapists=ann_and_ben(works=hours([2]))),
        [("not_working", ANN), ("not_working", BEN)],
    ),
    "on leave": (
        lambda: on_tuesday(therapists=ann_and_ben(away=ALL_DAY)),
        [("on_leave", ANN), ("on_leave", BEN)],
    ),
    "fully booked": (
        lambda: on_tuesday(therapists=ann_and_ben(taken=(ALL_DAY,))),
        [("fully_booked", ANN), ("fully_booked", BEN)],
    ),
    "reserved": (
        lambda: on_tuesday(therapists=ann_and_ben(reserved=ALL_DAY)),
        [("reserved", ANN), ("reserved", BEN)],
    ),
    "not supervised": (
        lambda: on_tuesday(
            each=kind(staff=(Staff("ann", watched=(hours([2]),)), Staff("ben", watched=(OPEN & ~ALL_DAY,))))
        ),
        [("not_supervised", ANN), ("not_supervised", BEN)],
    ),
    "not supervised for long enough": (
        lambda: on_tuesday(each=kind(staff=(Staff("ann", watched=(OPEN & OPEN >> 6,)),), ticks=240)),
        [("closed", {})],
    ),
    "every lane taken": (
        lambda: on_tuesday(
            therapists=ann_and_ben(taken=(hours([1], 8, 13), hours([1], 12, 18))),
            each=kind(staff=(Staff("ann", at_once=2),), ticks=72),
        ),
        [("fully_booked", ANN)],
    ),
    "nobody for the second part": (
        lambda: on_tuesday(each=Kind((part(6, "ann"), part(6, "cyd"))), therapists=with_cyd(hours([2]))),
        [("nobody_for_part", {"part": 2})],
    ),
    "not together": (
        lambda: on_tuesday(
            each=Kind((part(6, "ann", rooms=("one",)), part(6, "ben", rooms=("two",)))),
            therapists=(Therapist("ann", hours([1], 8, 9)), Therapist("ben", OPEN)),
            patient=Patient(hours([1], 9, 10)),
        ),
        [("not_working_then", ANN)],
    ),
    "no room": (lambda: on_tuesday(rooms=(Room("one", taken=(OPEN,)), Room("two", 0))), [("no_room", {})]),
    "no room for that": (lambda: on_tuesday(each=kind(rooms=())), [("no_room", {})]),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_layer_that_took_the_day_is_named(case: str) -> None:
    ask, expected = CASES[case]
    assert ask() == expected


def test_a_rule_that_only_took_what_others_had_left_says_then() -> None:
    mornings, afternoons = hours([1], 8, 12), hours([1], 12, 18)
    assert on_tuesday(therapists=ann_and_ben(works=mornings), patient=Patient(afternoons)) == [
        ("not_working_then", ANN),
        ("not_working_then", BEN),
    ]
    assert on_tuesday(therapists=ann_and_ben(works=mornings), rooms=(Room("one", afternoons), Room("two", 0))) == [
        ("no_room_then", {})
    ]


def test_a_helper_who_is_there_at_other_times_than_the_lead_is_not_there_then() -> None:
    each = Kind((part(6, "ann"), part(6, "cyd")))
    working = with_cyd(hours([1], 14, 16))
    morning = replace(working[0], works=hours([1], 8, 12))
    assert on_tuesday(each=each, therapists=(morning, *working[1:])) == [("nobody_for_part_then", {"part": 2})]


def test_supervision_at_hours_that_are_taken_is_none_then() -> None:
    watched = kind(staff=(Staff("ann", watched=(hours([1], 8, 12),)),))
    assert on_tuesday(each=watched, patient=Patient(hours([1], 12, 18))) == [("not_supervised_then", ANN)]


LEFT = hours([1], 8, 9)
LATER = hours([1], 9, 18)


@pytest.mark.parametrize(
    ("ann", "watched", "code"),
    [
        (Therapist("ann", LEFT), (OPEN,), "not_working_then"),
        (Therapist("ann", OPEN, away=LATER), (OPEN,), "on_leave_then"),
        (Therapist("ann", OPEN), (LEFT,), "not_supervised_then"),
        (Therapist("ann", OPEN, taken=(LATER,)), (OPEN,), "fully_booked_then"),
    ],
)
def test_a_lead_who_only_has_the_first_hour_has_none_for_a_second_part(
    ann: Therapist, watched: tuple[int, ...], code: str
) -> None:
    led = replace(part(12), staff=(Staff("ann", watched=watched),))
    found = on_tuesday(each=Kind((part(12, "ben"), led), lead=1), therapists=(ann, Therapist("ben", OPEN)))
    assert found == [(code, ANN)]


def test_parts_that_only_fit_in_different_ways_do_not_fit_together() -> None:
    """Without a wait there is no room; with one nobody helps: each would do alone."""
    helped = 12 * 8 + 288
    each = Kind((part(6, "ann", rooms=("one",)), part(6, "cyd", rooms=("two",), wait=1)))
    found = on_tuesday(
        each=each,
        therapists=(Therapist("ann", OPEN), Therapist("ben", 0), Therapist("cyd", ((1 << 6) - 1) << helped + 6)),
        rooms=(Room("one"), Room("two", ((1 << 6) - 1) << helped + 7)),
    )
    assert found == [("not_together", {})]


def test_the_first_session_that_fails_is_named_with_every_day_of_its_window() -> None:
    leave = hours(range(6, 28), 0, 24)
    answer = explain(course(practice(therapists=ann_and_ben(away=leave)), sessions=4))
    assert answer.session == 3
    assert [day.on for day in answer.window] == [MONDAY + timedelta(day) for day in (5, 6, 7, 8)]
    assert [codes(day.reasons)[0][0] for day in answer.window] == ["closed", "closed", "on_leave", "on_leave"]


def test_days_too_near_after_the_latest_and_beyond_the_horizon_say_so() -> None:
    near = blocked(with_step(course(start_within_days=1), 0, since=(MONDAY,), gap=Gap(4, 4, 9)))
    assert near == {MONDAY + timedelta(day): [("too_near_before", {"on": MONDAY})] for day in (1, 2)}
    twice = course(start_within_days=0, earliest=on(9), sessions=1)
    treated = with_step(twice, 0, since=(MONDAY, on(8), on(14)), gap=Gap(4, 4, 9))
    assert blocked(treated) == {on(9): [("too_near_before", {"on": on(8)})]}
    late = with_step(twice, 0, since=(MONDAY - timedelta(3), MONDAY), gap=Gap(4, 4, 8))
    assert blocked(late) == {on(9): [("too_long_since", {"on": MONDAY})]}
    latest = MONDAY + timedelta(2)
    assert blocked(course(latest=latest, sessions=2))[MONDAY + timedelta(5)] == [("after_latest", {"on": latest})]
    far = blocked(course(earliest=MONDAY + timedelta(26)))
    assert [each[0][0] for each in far.values()] == ["closed", "closed", "outside_horizon", "outside_horizon"]
    early = blocked(course(earliest=MONDAY - timedelta(2), start_within_days=0))
    assert early == {MONDAY - timedelta(2): [("outside_horizon", {})]}


def test_a_pin_names_what_keeps_it_from_its_time_and_the_other_days_name_the_pin() -> None:
    pin = Pin(tick(4, 9), "ann", "one")
    for change, reason in (
        ({"rooms": (Room("one", taken=(hours([4], 8, 10),)), Room("two"))}, ("no_room", {})),
        (
            {"therapists": (Therapist("ann", OPEN, taken=(hours([4], 9),)), Therapist("ben", OPEN))},
            ("fully_booked", ANN),
        ),
        ({"patient": Patient(taken=hours([4], 9, 10))}, ("patient_elsewhere", {})),
    ):
        found = blocked(with_step(course(practice(**change), sessions=2), 1, pin=pin))
        assert found[MONDAY + timedelta(4)] == [reason]
        assert found[MONDAY + timedelta(3)] == [("pinned_elsewhere", {})]


def test_a_date_that_the_calendar_skips_is_not_offered() -> None:
    span = horizon(zone("Pacific/Apia"), date(2011, 12, 28), 4, grid_minutes=60)
    calendars = Calendars(span, (Therapist("ann", 0),), (Room("one"),), Patient())
    each = kind(staff=(Staff("ann"),), rooms=("one",))
    found = blocked(Request(calendars, (Step(each),), date(2011, 12, 29), 1))
    assert found == {date(2011, 12, 29): [("not_working", ANN)], date(2011, 12, 30): [("not_offered", {})]}


def test_a_day_and_a_week_with_enough_visits_say_so() -> None:
    often = Often(day=1, week=2, besides=(on(2), on(7), on(9)))
    found = blocked(course(often=often, sessions=1, earliest=on(2), start_within_days=0))
    assert found == {on(2): [("day_full", {"most": 1})]}
    both = blocked(course(often=often, sessions=1, earliest=on(8), start_within_days=0))
    assert both == {on(8): [("week_full", {"most": 2})]}
    days = blocked(course(often=replace(often, day=2), sessions=1, earliest=on(7), start_within_days=2))
    assert days == {on(day): [("week_full", {"most": 2})] for day in (7, 8, 9)}


def test_a_week_that_the_course_itself_fills_says_so() -> None:
    request = course(often=Often(week=1), sessions=2, start_within_days=0)
    assert blocked(with_step(request, 1, gap=Gap(1, 1, 3)))[on(2)] == [("week_full", {"most": 1})]
    apart = with_step(course(often=Often(week=2), start_within_days=0), 1, gap=Gap(1, 1, 1))
    followed = with_step(apart, 2, follows=0, gap=Gap(2, 2, 3))
    assert blocked(followed)[on(3)] == [("week_full", {"most": 2})]


def test_hours_that_are_too_few_are_named() -> None:
    ann = Therapist("ann", hours([1], 15, 16) | hours([3], 8, 9))
    request = course(practice(therapists=(ann, Therapist("ben", 0))), sessions=2, start_within_days=0)
    found = blocked(with_step(request, 1, gap=Gap(2, 2, 2), apart=(Apart(0, minutes=48 * 60),)))
    assert found == {on(3): [("too_few_hours", {"hours": 48})]}


def test_days_of_rest_that_are_missing_are_named() -> None:
    request = with_step(course(start_within_days=0), 1, gap=Gap(1, 1, 1))
    found = blocked(with_step(request, 2, gap=Gap(1, 1, 1), apart=(Apart(0, days=4),)))
    assert found == {on(3): [("rests", {"days": 4})]}


def test_a_day_that_no_other_session_leads_to_says_so() -> None:
    """The third must be two days after the first, and with the second in between there is none left."""
    for within, day in ((0, 3), (1, 4)):
        request = with_step(course(start_within_days=within), 1, gap=Gap(2, 2, 2))
        found = blocked(with_step(request, 2, follows=0, gap=Gap(2, 2, 2)))
        assert found == {on(day): [("no_way_through", {})]}


def test_a_course_that_exists_has_nothing_to_explain() -> None:
    with pytest.raises(Invalid) as refused:
        explain(course())
    assert refused.value.code == "course_possible"
