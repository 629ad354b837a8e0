"""What can be said of a visit, and when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.domain.visits.day import minutes_since, not_ahead, step_before, still, uncovered
from clinic.domain.visits.visit import Kind, Status, Stretch, Visit

VISIT = Visit(1, "v", 1, 1, 1, None, None, Kind.SINGLE, Status.BOOKED, "Europe/Berlin", (), (), "u", 0)
BEGINS = 5985000


@pytest.mark.parametrize(
    ("status", "minutes", "too_early"),
    [
        (Status.NO_SHOW, -1, True),
        (Status.NO_SHOW, 0, False),
        (Status.ARRIVED, -60, False),
        (Status.ARRIVED, -24 * 60, True),
        (Status.DONE, 24 * 60, False),
    ],
)
def test_what_became_of_a_visit_is_known_on_its_day_and_a_no_show_once_it_has_begun(status, minutes, too_early):
    visit = replace(VISIT, stretches=(Stretch(BEGINS, BEGINS + 6, 1, 1, ()),))
    now = instant_of(BEGINS) + timedelta(minutes=minutes)
    if not too_early:
        not_ahead(visit, status, now=now)
        return
    with pytest.raises(Invalid, match="visit_ahead"):
        not_ahead(visit, status, now=now)


@pytest.mark.parametrize(
    ("status", "answer", "before"),
    [
        (Status.ARRIVED, "none", Status.BOOKED),
        (Status.ARRIVED, "accepted", Status.CONFIRMED),
        (Status.IN_SESSION, "none", Status.ARRIVED),
        (Status.DONE, "none", Status.IN_SESSION),
    ],
)
def test_each_step_of_the_day_has_one_before_it(status, answer, before):
    assert step_before(replace(VISIT, status=status, answer=answer)) is before


def test_what_is_no_step_of_the_day_has_none_before_it():
    with pytest.raises(Invalid, match="visit_settled"):
        step_before(VISIT)


def test_who_waits_waits_whole_minutes():
    now = instant_of(BEGINS)
    assert minutes_since(now - timedelta(seconds=179), now=now) == 2
    assert minutes_since(now + timedelta(seconds=1), now=now) == 0


def test_of_a_late_visit_there_is_what_is_left_of_its_parts():
    first, second = Stretch(BEGINS, BEGINS + 6, 1, 1, ()), Stretch(BEGINS + 6, BEGINS + 9, 2, 1, ())
    late = instant_of(BEGINS) + timedelta(minutes=11)
    assert still((first, second), now=late) == ((first, 15), (second, 15))
    assert still((first, second), now=late + timedelta(minutes=15)) == ((second, 15),)
    assert still((first, second), now=late + timedelta(minutes=34)) == ()


@pytest.mark.parametrize(
    ("number", "day", "beyond"),
    [(6, 10, ""), (7, 10, "authorised_visits_used"), (6, 11, "authorised_until_over")],
)
def test_a_visit_is_covered_by_number_and_day(number, day, beyond):
    assert uncovered(number, date(2026, 12, day), 6, date(2026, 12, 10)) == beyond


def test_what_nobody_limited_covers_everything():
    assert uncovered(99, date(2026, 12, 1), None, None) == ""
