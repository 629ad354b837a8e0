from datetime import UTC, date, datetime

import pytest

from clinic.domain.time import instant_at, tick_floor, zone
from clinic.domain.visits.promise import Parted, parted

BERLIN, ISTANBUL, ALGIERS = zone("Europe/Berlin"), zone("Europe/Istanbul"), zone("Africa/Algiers")
TEN = tick_floor(instant_at(date(2026, 11, 23), 600, BERLIN))


def test_a_promise_that_the_clock_keeps_is_no_news():
    assert parted(TEN, "2026-11-23T10:00", 0, BERLIN) is None


def test_a_clock_that_goes_another_way_now_parts_with_the_promise():
    """Berlin as if it kept Istanbul's time."""
    assert parted(TEN, "2026-11-23T10:00", 0, ISTANBUL) == Parted("2026-11-23T10:00", "2026-11-23T12:00", TEN - 24)


def test_a_summer_time_that_is_given_up_parts_with_the_summer_alone():
    summer = tick_floor(datetime(2027, 7, 5, 8, tzinfo=UTC))
    assert parted(summer, "2027-07-05T10:00", 0, ALGIERS) == Parted("2027-07-05T10:00", "2027-07-05T09:00", summer + 12)
    assert parted(TEN, "2026-11-23T10:00", 0, ALGIERS) is None


def test_a_promise_in_a_gap_cannot_be_kept():
    starts = tick_floor(datetime(2027, 3, 28, 0, 30, tzinfo=UTC))
    assert parted(starts, "2027-03-28T02:30", 0, BERLIN) == Parted("2027-03-28T02:30", "2027-03-28T01:30", None)


@pytest.mark.parametrize(
    ("hour", "fold", "moves"), [(0, 0, None), (1, 1, None), (1, 0, -12)], ids=["first", "second", "second for first"]
)
def test_of_a_repeated_hour_the_promised_one_counts(hour, fold, moves):
    starts = tick_floor(datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
    found = parted(starts, "2026-10-25T02:30", fold, BERLIN)
    assert (found and found.kept) == (None if moves is None else starts + moves)


def test_the_second_of_two_that_is_the_only_one_now_is_the_promised_one():
    """Where the hour is no longer repeated, the second is what the clock shows once."""
    starts = tick_floor(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert parted(starts, "2026-10-25T02:30", 1, ALGIERS) is None
    assert parted(starts - 12, "2026-10-25T02:30", 0, ALGIERS) == Parted("2026-10-25T02:30", "2026-10-25T01:30", starts)
