"""What would help, each verified by solving."""

from dataclasses import replace
from datetime import timedelta

from clinic.engine.calendars import Patient, Therapist
from clinic.engine.course import Change, NoCourse
from clinic.engine.explain import explain
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.kind import Kind, Part, Staff
from clinic.engine.placement import place
from clinic.engine.relax import relaxed
from clinic.engine.request import Apart, Gap, Often, Pin, Request
from tests.unit.engine.samples import DAYS, MONDAY, OPEN, course, hours, kind, part, practice, tick, with_step

FEWER = Change("fewer_sessions", 1)


def helps(request: Request) -> list[tuple[Change, ...]]:
    """The changes of every relaxation, each checked against a fresh solution."""
    answer = explain(request)
    for each in answer.relaxations:
        assert place(relaxed(request, each.changes)) == each.course
    return [each.changes for each in answer.relaxations]


def away(*days: int, reserved: int = 0) -> tuple[Therapist, ...]:
    return tuple(Therapist(id_, OPEN, hours(days, 0, 24), reserved=reserved) for id_ in ("ann", "ben"))


def test_a_gap_is_widened_or_the_start_moved_by_as_few_days_as_will_do() -> None:
    request = course(practice(therapists=away(*range(3, 10))), sessions=2, start_within_days=1)
    assert helps(request) == [(Change("widen_gap", 2, 8),), (Change("start_later", days=8),), (FEWER,)]


def test_of_the_gaps_that_could_be_widened_the_cheapest_is_named() -> None:
    request = course(practice(therapists=away(*range(7, 11))), start_within_days=0)
    gaps = [each for each in explain(request).relaxations if each.changes[0].code == "widen_gap"]
    assert [each.changes for each in gaps] == [(Change("widen_gap", 3, 7),)]


def test_several_gaps_are_widened_together_where_one_is_not_enough() -> None:
    calendars = practice(therapists=away(*range(2, 10), *range(11, 21)))
    request = course(calendars, sessions=4, start_within_days=0, latest=MONDAY + timedelta(24))
    assert (Change("widen_gap", 2, 9), Change("widen_gap", 3, 11)) in helps(request)


def test_a_course_that_must_end_early_may_end_later() -> None:
    request = course(latest=MONDAY + timedelta(4), start_within_days=0)
    assert helps(request)[0] == (Change("end_later", days=3),)


def test_another_therapist_is_allowed_for_one_session_before_all() -> None:
    wished = kind(staff=(Staff("ann"), Staff("ben", beyond_wish=True)))
    ann = Therapist("ann", OPEN, hours([3, 4, 5], 0, 24))
    request = course(practice(therapists=(ann, Therapist("ben", OPEN))), each=wished, start_within_days=0)
    assert (Change("other_therapist", 2),) in helps(request)
    gone = practice(therapists=(Therapist("ann", hours([1])), Therapist("ben", OPEN)))
    assert helps(course(gone, each=wished)) == [(Change("other_therapist"),), (FEWER,)]


def test_the_patients_other_hours_and_reserved_starts_are_tried() -> None:
    assert (Change("any_time"),) in helps(course(practice(patient=Patient(hours([1])))))
    assert (Change("release_reserved"),) in helps(course(practice(therapists=away(reserved=hours([3, 4, 5])))))


def test_a_pin_that_cannot_stay_is_taken_out_alone_or_with_the_others() -> None:
    late = with_step(course(), 1, pin=Pin(tick(14, 9)))
    assert (Change("unpin", 2),) in helps(late)
    both = with_step(late, 2, pin=Pin(tick(2, 9)))
    assert (Change("unpin"),) in helps(both)


def test_more_visits_a_week_are_tried_by_as_few_as_will_do() -> None:
    request = course(sessions=4, start_within_days=0, often=Often(week=1, besides=(MONDAY,)))
    for n in range(1, 4):
        request = with_step(request, n, gap=Gap(1, 1, 2))
    assert helps(replace(request, start_within_days=1))[0] == (Change("more_a_week", days=4),)
    assert Change("more_a_week", days=2).params == {"days": 2}


def test_a_floor_of_hours_can_be_what_a_wider_gap_is_for() -> None:
    ann = Therapist("ann", hours([1], 15, 16) | hours([3, 7], 8, 9))
    request = course(practice(therapists=(ann, Therapist("ben", 0))), sessions=2, start_within_days=0)
    floored = with_step(request, 1, gap=Gap(2, 2, 4), apart=(Apart(0, minutes=48 * 60),))
    assert (Change("widen_gap", 2, 6),) in helps(floored)


def test_another_helper_is_allowed_as_another_lead_is() -> None:
    helper = Part(6, (Staff("ann", beyond_wish=True),), ("one",))
    request = course(each=Kind((part(6, "ben"), helper)), sessions=1)
    assert helps(request) == [(Change("other_therapist", 1),)]


def test_where_no_single_rule_helps_two_do() -> None:
    calendars = practice(therapists=away(*range(6, DAYS)), patient=Patient(hours([1])))
    request = course(calendars, latest=MONDAY + timedelta(2), sessions=2)
    assert helps(request) == [(Change("end_later", days=1), Change("any_time")), (FEWER,)]


def test_where_two_do_not_help_all_are_tried() -> None:
    calendars = practice(therapists=away(reserved=hours([3, 4])), patient=Patient(hours([1])))
    request = course(calendars, latest=MONDAY + timedelta(2), sessions=2, start_within_days=0)
    kept = away(5, *range(6, DAYS), reserved=hours(range(2, 6)))
    narrow = practice(therapists=kept, patient=Patient(hours([1])))
    assert helps(request)[-1] == (FEWER,)
    assert helps(course(narrow, latest=MONDAY + timedelta(2), sessions=2, start_within_days=0)) == [
        (Change("end_later", days=1), Change("any_time"), Change("release_reserved")),
        (FEWER,),
    ]


def test_where_nothing_helps_the_verdict_says_so() -> None:
    answer = place(course(each=kind(staff=())))
    assert isinstance(answer, NoCourse)
    assert answer.relaxations == ()
    assert (answer.reason.code, answer.reason.params) == ("nothing_helps", {"session": 1})


def test_relaxations_come_cheapest_first_with_placing_fewer_sessions_last() -> None:
    answer = explain(course(practice(therapists=away(*range(6, 10), reserved=hours([5])))))
    assert answer.reason.code == "no_course"
    objectives = [each.course.objective for each in answer.relaxations]
    assert objectives[:-1] == sorted(objectives[:-1])
    assert answer.relaxations[-1].changes[0].code == "fewer_sessions"


def test_rules_that_cannot_give_way_are_not_tried() -> None:
    answer = explain(course(each=kind(rooms=()), start_within_days=MOST_DAYS, sessions=1))
    assert answer.relaxations == ()


def test_a_change_names_what_its_sentence_needs() -> None:
    assert Change("widen_gap", 5, 10).params == {"session": 5, "days": 10}
    assert Change("any_time").params == {}
