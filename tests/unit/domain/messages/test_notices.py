from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.domain.messages.notices import CHECKS, Item, Watched, Why, due, item_from
from clinic.domain.time import instant_of
from tests.world import TZ, at

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
TUESDAY = at("2026-11-24", 10)
WEDNESDAY = at("2026-11-25", 10)
VISIT = Watched(1, 7, TUESDAY, TUESDAY + 9, TZ, True, False, False, LONG_AGO, 24, True)
REMINDER = Item(Why.REMINDER, 1, TUESDAY)
AFTER = Item(Why.AFTER, 1, TUESDAY)


def when(day: int, hour: int, minute: int = 0) -> datetime:
    return instant_of(at(f"2026-11-{day}", hour, minute))


def told(*visits: Watched, now: datetime, owed: tuple[Item, ...] = (), last_on: date | None = None) -> list[Item]:
    return list(due(visits, owed, last_on=last_on, now=now))


def test_a_reminder_is_due_a_day_before_and_until_the_visit_begins() -> None:
    assert told(now=when(23, 10)) == []
    assert told(VISIT, now=when(23, 9, 59)) == []
    assert told(VISIT, now=when(23, 10)) == [REMINDER]
    assert told(VISIT, now=when(24, 9, 59)) == [REMINDER]
    assert told(VISIT, now=when(24, 10)) == []
    assert told(VISIT, now=when(23, 10), owed=(REMINDER,)) == []


def test_who_wants_no_reminder_gets_none_but_hears_what_to_expect() -> None:
    assert told(replace(VISIT, lead_hours=0), now=when(23, 10)) == []
    first = replace(VISIT, lead_hours=0, first=True)
    assert told(first, now=when(23, 10)) == [Item(Why.FIRST, 1, TUESDAY)]
    assert told(first, now=when(23, 10), owed=(Item(Why.FIRST, 1, TUESDAY - 288),)) == []


def test_the_first_session_is_one_message_with_its_reminder() -> None:
    assert told(replace(VISIT, first=True), now=when(23, 10)) == [Item(Why.FIRST, 1, TUESDAY), REMINDER]


def test_a_visit_that_moved_is_reminded_of_anew_and_not_if_the_move_itself_came_within_the_lead() -> None:
    moved = replace(VISIT, starts=WEDNESDAY, ends=WEDNESDAY + 9, told_at=when(23, 12))
    assert told(moved, now=when(24, 10), owed=(REMINDER,)) == [Item(Why.REMINDER, 1, WEDNESDAY)]
    assert told(replace(moved, told_at=when(24, 12)), now=when(24, 13)) == []


@pytest.mark.parametrize(
    ("hour", "lead", "sent"),
    [(8, 2, when(23, 20)), (10, 24, when(23, 10)), (6, 24, when(22, 20)), (22, 1, when(24, 20))],
)
def test_what_would_arrive_at_night_arrives_the_evening_before(hour: int, lead: int, sent: datetime) -> None:
    starts = at("2026-11-24", hour)
    visit = replace(VISIT, starts=starts, ends=starts + 9, lead_hours=lead)
    assert told(visit, now=sent - timedelta(minutes=1)) == []
    assert told(visit, now=sent) == [Item(Why.REMINDER, 1, starts)]


def test_nothing_routine_goes_out_at_night() -> None:
    assert told(VISIT, now=when(23, 23)) == []
    assert told(VISIT, now=when(24, 7)) == []
    assert told(VISIT, now=when(24, 8)) == [REMINDER]


def test_notes_follow_a_visit_that_took_place_for_a_day() -> None:
    done = replace(VISIT, stands=False, done=True)
    assert told(done, now=when(24, 10, 44)) == []
    assert told(done, now=when(24, 10, 45)) == [AFTER]
    assert told(done, now=when(25, 10, 45)) == [AFTER]
    assert told(done, now=when(25, 10, 50)) == []
    assert told(done, now=when(24, 11), owed=(AFTER,)) == []
    assert told(replace(done, aftercare=False), now=when(24, 11)) == []
    assert told(replace(VISIT, stands=False), now=when(24, 11)) == []


def test_notes_take_the_days_reminder_along_and_go_even_after_another_message() -> None:
    done = replace(VISIT, stands=False, done=True)
    following = replace(VISIT, visit=2, starts=WEDNESDAY + 36, ends=WEDNESDAY + 45)
    assert told(done, following, now=when(24, 11)) == [AFTER, Item(Why.REMINDER, 2, WEDNESDAY + 36)]
    assert AFTER in told(done, following, now=when(24, 11), last_on=date(2026, 11, 24))


def test_a_second_routine_message_waits_for_the_next_day() -> None:
    assert told(VISIT, now=when(23, 10), last_on=date(2026, 11, 23)) == []
    assert told(VISIT, now=when(24, 8), last_on=date(2026, 11, 23)) == [REMINDER]


def test_a_reminder_waits_for_the_notes_of_the_same_day_while_there_is_time() -> None:
    today = replace(VISIT, starts=at("2026-11-23", 16), ends=at("2026-11-23", 16, 45))
    following = replace(VISIT, visit=2)
    reminder = Item(Why.REMINDER, 2, TUESDAY)
    seen = (Item(Why.REMINDER, 1, today.starts),)
    assert told(today, following, now=when(23, 11), owed=seen) == []
    assert told(today, following, now=when(23, 17, 20), owed=seen) == [reminder]  # it was not closed: no longer
    assert told(replace(today, aftercare=False), following, now=when(23, 11), owed=seen) == [reminder]
    soon = replace(following, starts=today.ends + 24, ends=today.ends + 30, lead_hours=8)
    assert told(today, soon, now=when(23, 11), owed=seen) == [Item(Why.REMINDER, 2, soon.starts)]


def test_an_item_is_kept_as_plain_data() -> None:
    assert item_from(REMINDER.document()) == REMINDER


DONE = replace(VISIT, stands=False, done=True, checks=(24, 48, 72))
SENT = (AFTER,)


def asks(hours: int, visit: int = 1, starts: int = TUESDAY) -> Item:
    return Item(CHECKS[hours], visit, starts)


def test_how_the_patient_is_is_asked_on_each_day_from_that_hour_on_and_only_on_that_day() -> None:
    assert told(DONE, now=when(25, 10, 44), owed=SENT) == []
    assert told(DONE, now=when(25, 10, 45), owed=SENT) == [asks(24)]
    assert told(DONE, now=when(25, 20), owed=SENT) == [asks(24)]
    assert told(DONE, now=when(25, 21), owed=SENT) == []
    assert told(DONE, now=when(25, 12), owed=(AFTER, asks(24))) == []
    assert told(DONE, now=when(26, 8), owed=SENT) == [], "yesterday is over"
    assert told(DONE, now=when(26, 12), owed=SENT) == [asks(48)]
    assert told(DONE, now=when(27, 12), owed=SENT) == [asks(72)]
    assert told(DONE, now=when(28, 12), owed=SENT) == []
    assert [Why.REMINDER.hours, Why.CHECK_72.hours] == [0, 72]


def test_who_wants_no_letters_after_or_did_not_come_is_not_asked() -> None:
    for other in ({"aftercare": False}, {"done": False}, {"checks": ()}):
        assert told(replace(DONE, **other), now=when(25, 12), owed=SENT) == []


def test_a_day_has_one_message_and_the_check_in_is_left_out_where_there_was_another() -> None:
    assert told(DONE, now=when(25, 12), owed=SENT, last_on=date(2026, 11, 25)) == []


def test_nobody_is_asked_at_night_nor_before_the_hours_are_over() -> None:
    late = replace(DONE, starts=at("2026-11-24", 20), ends=at("2026-11-24", 21))
    owed = (Item(Why.AFTER, 1, late.starts),)
    assert told(late, now=when(25, 21), owed=owed) == []
    assert told(late, now=when(26, 8), owed=owed) == [asks(24, starts=late.starts)]
    early = replace(DONE, starts=at("2026-11-24", 6), ends=at("2026-11-24", 7))
    owed = (Item(Why.AFTER, 1, early.starts),)
    assert told(early, now=when(25, 7, 30), owed=owed) == []
    assert told(early, now=when(25, 8), owed=owed) == [asks(24, starts=early.starts)]


def test_a_reminder_waits_for_the_days_check_in_and_goes_with_it_unless_its_visit_comes_first() -> None:
    friday = at("2026-11-27", 10)
    coming = replace(VISIT, visit=2, starts=friday, ends=friday + 9, lead_hours=26)
    reminder = Item(Why.REMINDER, 2, friday)
    assert told(DONE, coming, now=when(26, 8), owed=SENT) == []
    assert told(DONE, coming, now=when(26, 10, 45), owed=SENT) == [asks(48), reminder]
    assert told(coming, now=when(26, 8)) == [reminder]


def test_where_another_visit_comes_by_that_day_its_therapist_asks() -> None:
    thursday = at("2026-11-26", 17)
    coming = replace(VISIT, visit=2, starts=thursday, ends=thursday + 9, lead_hours=0)
    assert told(DONE, coming, now=when(25, 12), owed=SENT) == [asks(24)]
    assert told(DONE, coming, now=when(26, 12), owed=SENT) == []
    assert told(DONE, replace(coming, stands=False), now=when(26, 12), owed=SENT) == [asks(48)]
