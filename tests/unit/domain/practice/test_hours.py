from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.practice.hours import WeeklyHours, check_apart, covers
from tests.unit.faults import faults

MONDAY = date(2026, 11, 23)


def test_hours_that_end_before_they_start_are_refused_with_everything_else_that_is_wrong():
    assert faults(lambda: WeeklyHours(7, 600, 600, date(2026, 2, 1), date(2026, 1, 1))) == [
        ("out_of_range", "weekday"),
        ("hours_reversed", "ends_minute"),
        ("dates_reversed", "until_on"),
    ]
    assert faults(lambda: WeeklyHours(0, -5, 1441)) == [("out_of_range", "starts_minute")]
    assert faults(lambda: WeeklyHours(0, 0, 1445)) == [("out_of_range", "ends_minute")]


def test_hours_hold_on_their_weekday_between_their_dates():
    hours = WeeklyHours(0, 480, 720, MONDAY, MONDAY + timedelta(days=7))
    assert [hours.on(MONDAY + timedelta(days=n)) for n in (-7, 0, 1, 7, 14)] == [False, True, False, True, False]
    assert WeeklyHours(0, 480, 720).on(MONDAY)


def test_hours_that_claim_the_same_minute_are_refused_and_those_that_touch_are_not():
    morning, evening = WeeklyHours(0, 480, 720), WeeklyHours(0, 720, 1000)
    check_apart("hours", [morning, evening, WeeklyHours(1, 480, 720)])
    assert faults(lambda: check_apart("hours", [morning, evening, WeeklyHours(0, 700, 725)])) == [
        ("hours_overlap", "hours.2")
    ]


def test_hours_of_different_seasons_do_not_overlap():
    summer = WeeklyHours(0, 480, 720, until_on=date(2026, 9, 30))
    check_apart("hours", [summer, WeeklyHours(0, 480, 720, from_on=date(2026, 10, 1))])
    assert summer.meets(WeeklyHours(0, 480, 720, from_on=date(2026, 9, 30)))


def test_hours_that_touch_are_taken_together():
    hours = [WeeklyHours(0, 720, 1000), WeeklyHours(0, 480, 720), WeeklyHours(0, 1020, 1100)]
    assert covers(hours, MONDAY, 480, 1000)
    assert not covers(hours, MONDAY, 990, 1030)
    assert not covers(hours, MONDAY, 470, 500)
    assert not covers(hours, MONDAY + timedelta(days=1), 480, 500)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=5), st.integers(0, 30), st.integers(1, 10))
def test_covering_agrees_with_counting_minutes(ranges, starts, length):
    hours = [WeeklyHours(0, begin, begin + size) for begin, size in ranges]
    minutes = {minute for begin, size in ranges for minute in range(begin, begin + size)}
    assert covers(hours, MONDAY, starts, starts + length) == (set(range(starts, starts + length)) <= minutes)
