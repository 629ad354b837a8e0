"""The wait list: what suits whom, in which order they are asked, and what becomes free."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.time import tick_floor
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered, Move, Turn
from clinic.domain.visits.freeing import Free, freed_by
from clinic.domain.visits.visit import Status, Stretch
from clinic.domain.visits.waiting import (
    Outcome,
    Suits,
    Urgency,
    by_letter,
    check_open,
    free_of,
    offer_until,
    rank,
    settled,
)
from clinic.domain.visits.waiting_changes import Called, Invited, Listed, Offered
from tests.unit.domain.visits.test_visit import VISIT

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANY = Suits(Urgency.ROUTINE, 2, date(2026, 11, 20))
NINE, TEN = (datetime(2026, 11, 23, hour, tzinfo=BERLIN) for hour in (9, 10))
INVITED = Invited("o1", 1, 2, 100, 106)


@pytest.mark.parametrize(
    ("suits", "takes"),
    [
        (ANY, True),
        (replace(ANY, staff=("staff1",)), True),
        (replace(ANY, staff=("staff2",)), False),
        (replace(ANY, first_on=date(2026, 11, 24)), False),
        (replace(ANY, last_on=date(2026, 11, 23)), True),
        (replace(ANY, last_on=date(2026, 11, 22)), False),
        (replace(ANY, notice_hours=71), True),
        (replace(ANY, notice_hours=72), False),
        (replace(ANY, windows=(WeeklyHours(0, 540, 600),)), True),
        (replace(ANY, windows=(WeeklyHours(0, 540, 599),)), False),
        (replace(ANY, windows=(WeeklyHours(0, 541, 700),)), False),
        (replace(ANY, windows=(WeeklyHours(1, 0, 1440), WeeklyHours(0, 480, 720))), True),
    ],
)
def test_a_time_suits_by_day_person_hour_and_notice(suits: Suits, takes: bool) -> None:
    assert suits.takes(NINE, TEN, "staff1", now=NOW) is takes


def test_what_suits_is_checked() -> None:
    for wrong in ({"notice_hours": 337}, {"last_on": date(2026, 11, 19)}, {"note": "x" * 201}):
        with pytest.raises(Invalid):
            replace(ANY, **wrong)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Entry:
    id: int
    suits: Suits
    since: datetime


def test_the_urgent_are_asked_first_then_who_waits_longest_then_whose_course_it_suits_best() -> None:
    urgent = Entry(4, replace(ANY, urgency=Urgency.URGENT), NOW)
    longest = Entry(3, ANY, NOW - timedelta(days=5))
    near, far = Entry(2, ANY, NOW - timedelta(days=1)), Entry(1, ANY, NOW - timedelta(days=1, hours=2))
    off = {1: 3, 2: 1}
    found = sorted((far, near, longest, urgent), key=lambda each: rank(each, off.get(each.id, 0), now=NOW))
    assert [each.id for each in found] == [4, 3, 2, 1]
    assert rank(replace(near, id=1), 1, now=NOW) < rank(near, 1, now=NOW)


def test_a_time_within_a_day_is_offered_on_the_phone() -> None:
    tick = tick_floor(NOW + timedelta(hours=24))
    assert not by_letter(tick, now=NOW)
    assert by_letter(tick + 1, now=NOW)


def test_an_offer_ends_when_the_next_day_closes_and_leaves_hours_to_call() -> None:
    starts = tick_floor(NOW + timedelta(days=3))
    assert offer_until(starts, NOW + timedelta(days=1), now=NOW) == NOW + timedelta(days=1)
    assert offer_until(starts, NOW + timedelta(days=3), now=NOW) == NOW + timedelta(days=2, hours=12)
    assert offer_until(tick_floor(NOW), NOW, now=NOW) == NOW


def test_an_offer_is_answered_while_it_stands() -> None:
    check_open(Outcome.OPEN, None, now=NOW)
    check_open(Outcome.TRIED, NOW + timedelta(seconds=1), now=NOW)
    wrong = [(Outcome.TAKEN, None), (Outcome.REFUSED, None), (Outcome.OPEN, NOW)]
    codes = []
    for outcome, expires_at in wrong:
        with pytest.raises(Invalid) as refused:
            check_open(outcome, expires_at, now=NOW)
        codes.append(refused.value.code)
    assert codes == ["offer_taken", "offer_over", "offer_over"]
    assert [each for each in Outcome if not settled(each)] == [Outcome.OPEN, Outcome.TRIED]


def test_stretches_that_touch_are_one_and_what_has_begun_is_shorter() -> None:
    assert free_of([(110, 116), (100, 106), (106, 110), (130, 132)], 0) == ((100, 116),)
    assert free_of([(100, 106), (100, 103)], 103) == ((103, 106),)
    assert free_of([(100, 106)], 104) == ()


HELD = Stretch(100, 106, 1, 1, (Modality.DRY_NEEDLING,))
EXERCISE = Stretch(106, 112, 2, 3, (Modality.EXERCISE,))
PHONED = Stretch(112, 118, None, None, (Modality.REVIEW,))
LONG = replace(VISIT, stretches=(HELD, EXERCISE, PHONED), status=Status.BOOKED)


def test_a_visit_that_goes_frees_each_of_its_people() -> None:
    for status in (Status.CANCELLED, Status.NO_SHOW):
        assert list(freed_by([Turn(LONG, status)], 90)) == [
            Free(LONG.location_id, 1, 100, 106),
            Free(LONG.location_id, 2, 106, 112),
        ]
    assert list(freed_by([Turn(LONG, Status.NO_SHOW)], 104)) == [Free(LONG.location_id, 2, 106, 112)]


def test_a_visit_that_moves_frees_what_it_does_not_keep() -> None:
    moved = (HELD, replace(EXERCISE, starts=107, ends=113), replace(PHONED, starts=113, ends=119))
    assert list(freed_by([Move(LONG, moved)], 90)) == [Free(LONG.location_id, 2, 106, 112)]


def test_what_nobody_was_to_have_is_no_news() -> None:
    held = replace(LONG, status=Status.HELD)
    changes = [
        Turn(held, Status.RELEASED),
        Move(held, LONG.stretches),
        Turn(LONG, Status.ARRIVED),
        Answered(LONG, Answer.ACCEPTED),
    ]
    assert list(freed_by(changes, 0)) == []


def test_an_entry_waits_for_one_thing() -> None:
    kept = ("w1", 1, 1, ANY)
    assert Listed(*kept, visit_id=1).single == ""
    assert Listed(*kept, single="assessment").visit_id is None
    for wrong in ({}, {"visit_id": 1, "single": "assessment"}, {"single": "nothing"}):
        with pytest.raises(Invalid):
            Listed(*kept, **wrong)


def test_a_time_is_offered_to_somebody() -> None:
    with pytest.raises(Invalid, match="offered_to_nobody"):
        Offered(1, "f1", 1, 1, NOW, ())
    assert Offered(1, "f1", 1, 1, NOW, (INVITED,)).patient_id is None


def test_a_call_has_an_outcome() -> None:
    assert Called(1, INVITED, Outcome.TRIED).patient_id == 2
    with pytest.raises(Invalid, match="choose_an_outcome"):
        Called(1, INVITED, Outcome.TAKEN)
