from datetime import date

import pytest

from clinic.domain.courses.plan import NewPlan
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region, Side, Target
from tests.unit.domain.courses.protocols import protocol

MONDAY = date(2026, 11, 23)


def plan(**changes):
    return NewPlan(**({"patient_id": 1, "location_id": 1, "protocol": protocol(), "earliest_on": MONDAY} | changes))


def test_a_plan_has_the_sessions_and_reviews_of_its_protocol():
    new = plan()
    assert [session.ordinal for session in new.sessions] == [1, 2, 3]
    assert [session.reassess for session in new.sessions] == [False, False, True]
    assert len(new.reviews) == 1


def test_each_session_treats_everything_or_the_side_whose_turn_it_is():
    both = Target(Region.NECK, Side.BOTH)
    left, right = (Target(Region.NECK, side) for side in (Side.LEFT, Side.RIGHT))
    assert plan(targets=(both,)).targets_by_session == ((both,),) * 3
    assert plan(targets=(both,), alternate=True).targets_by_session == ((left,), (right,), (left,))


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({}, None),
        ({"latest_on": date(2027, 1, 31)}, date(2027, 1, 31)),
        ({"authorised_until": date(2027, 1, 15)}, date(2027, 1, 15)),
        ({"latest_on": date(2027, 1, 31), "authorised_until": date(2027, 1, 15)}, date(2027, 1, 15)),
    ],
)
def test_a_course_ends_with_the_wish_or_with_the_authorisation(changes, last):
    assert plan(**changes).last_day == last


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"start_within_days": -1}, "out_of_range", "start_within_days"),
        ({"start_within_days": 366}, "out_of_range", "start_within_days"),
        ({"goals": "x" * 2001}, "text_too_long", "goals"),
        ({"latest_on": date(2026, 11, 22)}, "latest_before_earliest", "latest_on"),
        ({"authorised_visits": 0}, "out_of_range", "authorised_visits"),
        ({"authorised_visits": 201}, "out_of_range", "authorised_visits"),
    ],
)
def test_a_plan_refuses_nonsense(changes, code, field):
    with pytest.raises(Invalid) as refused:
        plan(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_course_of_one_day_is_a_course():
    assert plan(latest_on=MONDAY, authorised_visits=1).last_day == MONDAY
