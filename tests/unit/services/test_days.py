from datetime import date, timedelta

import pytest

from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.places import Closure
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.services.courses.days import LocalDays, local_days

BERLIN = zone("Europe/Berlin")
FRIDAY = date(2026, 3, 27)
SPRING = local_days(BERLIN, FRIDAY, 5, 15)  # the clocks change on the Sunday in it
AUTUMN = local_days(BERLIN, date(2026, 10, 23), 5, 15)


def ticks(days: LocalDays, bits: int) -> set[int]:
    return {days.horizon.first_tick + at for at in range(days.horizon.ticks) if bits >> at & 1}


def between(day: date, starts: int, ends: int) -> set[int]:
    return set(range(tick_floor(at_wall(day, starts, BERLIN)), tick_floor(at_wall(day, ends, BERLIN))))


@pytest.mark.parametrize("days", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [0, 115, 180, 240, 600, 1440])
def test_a_wall_time_is_found_on_days_of_23_24_and_25_hours(days: LocalDays, minutes: int) -> None:
    for day in range(days.horizon.days):
        on = days.horizon.on(day)
        assert days.tick(day, minutes) == tick_floor(at_wall(on, minutes, BERLIN))


@pytest.mark.parametrize(("days", "hours"), [(SPRING, 8 * 12 - 12), (AUTUMN, 8 * 12 + 12)])
def test_hours_across_a_clock_change_are_as_long_as_they_truly_are(days: LocalDays, hours: int) -> None:
    sunday = WeeklyHours(6, 0, 8 * 60)
    assert bin(days.weekly([sunday])).count("1") == hours


def test_weekly_hours_hold_only_while_they_are_valid() -> None:
    fridays = WeeklyHours(4, 480, 540)
    ended = WeeklyHours(4, 480, 540, until_on=FRIDAY - timedelta(days=1))
    assert ticks(SPRING, SPRING.weekly([fridays])) == between(FRIDAY, 480, 540)
    assert SPRING.weekly([ended]) == 0
    assert SPRING.weekly([fridays], from_on=FRIDAY + timedelta(days=1)) == 0


def test_hours_off_the_tick_are_narrowed_to_whole_ticks() -> None:
    assert ticks(SPRING, SPRING.weekly([WeeklyHours(4, 482, 543)])) == between(FRIDAY, 485, 540)


def test_days_closed_before_within_and_after_the_horizon() -> None:
    before = Closure(FRIDAY - timedelta(days=9), FRIDAY - timedelta(days=1), "Before")
    after = Closure(FRIDAY + timedelta(days=5), FRIDAY + timedelta(days=9), "After")
    whole = Closure(before.first_on, after.last_on, "Long")
    saturday = Closure(FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=1), "One day")
    assert SPRING.closed([before, after]) == 0
    assert SPRING.closed([whole]) == SPRING.horizon.every
    assert ticks(SPRING, SPRING.closed([saturday])) == between(saturday.first_on, 0, 1440)
