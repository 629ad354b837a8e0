"""What the engine does with a course, rule by rule; the proof is in the comparison with brute force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.engine.calendars import Patient, Room, Therapist
from clinic.engine.course import Course, NoCourse
from clinic.engine.kind import Blocked, Reason, Staff
from clinic.engine.placement import place
from clinic.engine.request import Gap, Pin, Prefer, Request, Step, Weights
from tests.unit.engine.samples import DAYS, MONDAY, OPEN, SPAN, course, hours, kind, placed, practice, tick, with_step

Visit = tuple[int, int, str, str]


def visits(request: Request) -> list[Visit]:
    """Day, hour, therapist and room of every session."""
    found = []
    for each in placed(request).sessions:
        day, ticks = divmod(each.start - SPAN.first_tick, 288)
        assert each.on == MONDAY + timedelta(day)
        found.append((day, ticks // 12, each.therapist, each.room))
    return found


def test_a_free_practice_gives_the_ideal_course() -> None:
    assert visits(course()) == [(1, 8, "ann", "one"), (4, 8, "ann", "one"), (7, 8, "ann", "one")]


def test_weekends_push_the_gaps_off_their_ideal() -> None:
    request = course(earliest=MONDAY + timedelta(2), start_within_days=0, sessions=2)
    assert visits(request) == [(2, 8, "ann", "one"), (4, 8, "ann", "one")]


def test_each_cost_has_its_name() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([2], 10)), Therapist("ben", hours([7], 10))))
    answer = place(course(calendars, steps=_steps(Gap(2, 3, 5)), prefer=Prefer("ann", (480, 600))))
    assert isinstance(answer, Course)
    names = "gap_day", "first_late_day", "last_late_day", "other_therapist", "switch", "time_of_day", "irregularity"
    free = dict.fromkeys((*names, "moved", "alone"), 0)
    assert [each.costs for each in answer.sessions] == [
        free | {"first_late_day": 4, "time_of_day": 4},
        free | {"gap_day": 20, "last_late_day": 18, "other_therapist": 8, "switch": 5, "time_of_day": 4},
    ]


def _steps(*gaps: Gap) -> tuple[Step, ...]:
    return tuple(Step(kind(), gap) for gap in (Gap(1, 1, 1), *gaps))


def test_the_cost_of_the_time_of_day_grows_by_the_quarter_hour_up_to_its_cap() -> None:
    def cost(hour: int) -> int:
        calendars = practice(therapists=(Therapist("ann", hours([1], hour, hour + 1)), Therapist("ben", 0)))
        answer = place(course(calendars, sessions=1, prefer=Prefer(minutes=(11 * 60 + 50, 15 * 60 - 5))))
        assert isinstance(answer, Course)
        return answer.objective

    assert [cost(hour) for hour in (8, 11, 12, 14, 15, 17)] == [12, 4, 0, 1, 5, 12]


def test_a_wished_weekday_that_is_missed_costs_the_cap() -> None:
    wished = course(sessions=1, prefer=Prefer(weekdays=frozenset({2})))
    assert visits(wished) == [(2, 8, "ann", "one")]
    missed = place(replace(wished, start_within_days=0))
    assert isinstance(missed, Course)
    assert missed.objective == 12


def test_without_wishes_nothing_but_time_costs() -> None:
    assert visits(course(prefer=Prefer()))[0] == (1, 8, "ann", "one")


def test_the_first_therapist_and_the_first_room_in_order_win_a_tie() -> None:
    calendars = practice(
        therapists=(Therapist("ben", OPEN), Therapist("ann", OPEN)), rooms=(Room("two"), Room("one", taken=(OPEN,)))
    )
    assert visits(course(calendars, prefer=Prefer())) == [(day, 8, "ben", "two") for day in (1, 4, 7)]


def test_of_two_ways_that_cost_the_same_the_one_with_the_earlier_second_visit_wins() -> None:
    """Ann first and a change to Cyd at the ideal gap, or Ben twice a day later: 17 either way."""
    calendars = practice(
        therapists=(Therapist("ben", hours([1, 4])), Therapist("ann", hours([1])), Therapist("cyd", hours([3])))
    )
    each = kind(staff=(Staff("ann"), Staff("ben"), Staff("cyd")))
    steps = (Step(each), Step(each, Gap(1, 2, 4)))
    weights = Weights(gap_day=1, last_late_day=0, other_therapist=8, switch=9)
    request = course(calendars, steps=steps, weights=weights, prefer=Prefer("ann"), start_within_days=0)
    assert visits(request) == [(1, 8, "ann", "one"), (3, 8, "cyd", "one")]


def test_an_earlier_start_wins_over_an_earlier_therapist() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([1], 9)), Therapist("ben", hours([1], 8))))
    assert visits(course(calendars, sessions=1, prefer=Prefer())) == [(1, 8, "ben", "one")]


def test_a_visit_takes_the_room_before_and_after_it_but_nobody_else() -> None:
    busy = hours([1], 8, 9) | hours([1], 11, 12)
    calendars = practice(
        rooms=(Room("one", taken=(busy,)), Room("two", taken=(OPEN,))),
        therapists=(Therapist("ann", OPEN), Therapist("ben", 0)),
    )
    each = kind(setup=3, cleanup=3, rooms=("one",))
    assert visits(course(calendars, sessions=1, each=each, start_within_days=0)) == [(1, 13, "ann", "one")]
    assert visits(course(calendars, sessions=1, each=kind(), start_within_days=0)) == [(1, 9, "ann", "one")]


@pytest.mark.parametrize(
    "patient",
    [Patient(hours([2], 10)), Patient(away=hours([1], 0, 24) | hours([2], 0, 10)), Patient(taken=hours([1, 2], 8, 10))],
)
def test_the_patient_must_be_free(patient: Patient) -> None:
    assert all((day, hour) >= (1, 10) for day, hour, *_ in visits(course(practice(patient=patient), sessions=1)))


def test_leave_and_claims_keep_a_therapist_away() -> None:
    ann = Therapist("ann", OPEN, away=hours([1], 0, 24), taken=(hours([3, 4], 0, 24),))
    calendars = practice(therapists=(ann, Therapist("ben", hours([4]))))
    found = visits(course(calendars, sessions=2, start_within_days=1))
    assert [(day, therapist) for day, _, therapist, _ in found] == [(2, "ann"), (4, "ben")]


def test_a_visit_needs_one_lane_of_a_room_for_all_of_its_time() -> None:
    lanes = (hours([1], 8, 10), hours([1], 9, 11))
    calendars = practice(rooms=(Room("one", taken=lanes), Room("two", taken=(OPEN,))))
    assert visits(course(calendars, sessions=1, each=kind(ticks=24), start_within_days=0)) == [(1, 10, "ann", "one")]
    assert visits(course(calendars, sessions=1, each=kind(ticks=12), start_within_days=0)) == [(1, 8, "ann", "one")]


def test_a_therapist_is_shared_only_in_visits_that_allow_it() -> None:
    ann = Therapist("ann", OPEN, taken=(hours([1], 8, 9), hours([1], 12, 14)))
    calendars = practice(therapists=(ann, Therapist("ben", 0)))
    alone, shared = (kind(ticks=36, staff=(Staff("ann", at_once=most), Staff("ben"))) for most in (1, 2))
    assert visits(course(calendars, sessions=1, each=alone, start_within_days=0)) == [(1, 9, "ann", "one")]
    assert visits(course(calendars, sessions=1, each=shared, start_within_days=0)) == [(1, 8, "ann", "one")]


def test_a_credential_counts_on_its_days_only() -> None:
    each = kind(staff=(Staff("ann", days=0b10), Staff("ben", days=~0b10)))
    assert [visit[2] for visit in visits(course(each=each))] == ["ann", "ben", "ben"]


def test_who_is_only_beyond_the_wish_is_not_proposed() -> None:
    each = kind(staff=(Staff("ann", beyond_wish=True), Staff("ben")))
    assert {visit[2] for visit in visits(course(each=each))} == {"ben"}


def test_blocked_starts_and_notice_are_left_out() -> None:
    each = kind(blocked=(Blocked(SPAN.on_days(0b10), Reason("needled_elsewhere")),))
    assert visits(course(each=each, sessions=1)) == [(2, 8, "ann", "one")]
    assert visits(course(practice(not_before=tick(1, 8) + 1), sessions=1)) == [(1, 9, "ann", "one")]


def test_a_reserved_start_is_kept_but_a_visit_that_begins_before_may_run_into_it() -> None:
    ann = Therapist("ann", OPEN, reserved=hours([1], 8, 10))
    found = visits(course(practice(therapists=(ann, Therapist("ben", 0))), sessions=1))
    assert found == [(1, 10, "ann", "one")]
    assert visits(course(practice(therapists=(ann, Therapist("ben", OPEN))), sessions=1)) == [(1, 8, "ben", "one")]
    ann = Therapist("ann", OPEN, reserved=hours([1], 9, 18))
    assert visits(course(practice(therapists=(ann,)), sessions=1, each=kind(ticks=24, staff=(Staff("ann"),)))) == [
        (1, 8, "ann", "one")
    ]


def test_a_course_keeps_its_distance_from_what_came_before_it() -> None:
    request = course(sessions=1, start_within_days=20, weights=Weights(first_late_day=0, last_late_day=0))
    assert visits(with_step(request, 0, since=(MONDAY,))) == [(3, 8, "ann", "one")]
    late = replace(request, earliest=MONDAY + timedelta(4))
    assert visits(with_step(late, 0, since=(MONDAY,))) == [(4, 8, "ann", "one")]
    assert isinstance(place(with_step(late, 0, since=(MONDAY - timedelta(1),))), NoCourse)


def test_no_session_lies_after_the_latest_day() -> None:
    assert [visit[0] for visit in visits(course(latest=MONDAY + timedelta(7)))] == [1, 4, 7]
    assert [visit[0] for visit in visits(course(latest=MONDAY + timedelta(6), sessions=2))] == [1, 4]
    assert [visit[0] for visit in visits(course(latest=MONDAY + timedelta(3), sessions=2))] == [1, 3]


def test_a_pinned_session_stays_and_the_rest_follows() -> None:
    pinned = with_step(course(), 1, pin=Pin(tick(3, 15), "ben", "two"))
    assert visits(pinned) == [(1, 8, "ann", "one"), (3, 15, "ben", "two"), (7, 8, "ann", "one")]
    open_pin = with_step(course(), 1, pin=Pin(tick(3, 15)))
    assert visits(open_pin)[1] == (3, 15, "ann", "one")


def test_sessions_of_different_kinds_have_their_own_length_staff_and_rooms() -> None:
    needling = kind(ticks=9, staff=(Staff("ann"),), rooms=("one",))
    exercise = kind(ticks=24, staff=(Staff("ben"),), rooms=("two",))
    steps = (Step(needling), Step(exercise, Gap(1, 1, 2)), Step(needling, Gap(1, 1, 2)))
    calendars = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", hours([2], 9, 11))))
    assert visits(course(calendars, steps=steps)) == [(1, 8, "ann", "one"), (2, 9, "ben", "two"), (3, 8, "ann", "one")]


def test_a_gap_of_months_is_as_exact_as_one_of_days() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([1, 3, 25])), Therapist("ben", 0)))
    request = course(calendars, steps=_steps(Gap(1, 20, 40)), weights=Weights(last_late_day=1), start_within_days=0)
    assert [visit[0] for visit in visits(request)] == [1, 25]
    assert isinstance(place(course(calendars, steps=_steps(Gap(DAYS, DAYS, 60)))), NoCourse)


def test_the_same_question_has_the_same_answer() -> None:
    assert place(course()) == place(course())
