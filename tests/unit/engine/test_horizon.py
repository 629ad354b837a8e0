from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.errors import Invalid
from clinic.domain.time import at_wall, instant_of, wall, zone
from clinic.engine.bitmap import ALWAYS
from clinic.engine.horizon import Horizon, horizon
from tests.unit.engine.oracle_options import offered
from tests.unit.engine.problems import SETTINGS, Setting

CHANGES = (
    *SETTINGS,
    Setting("America/Santiago", date(2026, 9, 3), 5, 30),  # midnight itself is skipped
    Setting("America/Havana", date(2026, 10, 30), 4, 15),  # midnight comes twice
    Setting("Pacific/Apia", date(2011, 12, 28), 5, 60),  # a whole day is skipped
    Setting("Europe/Vienna", date(2026, 3, 28), 3, 5),
)


@pytest.fixture(autouse=True)
def anew() -> None:
    """Nothing is taken from an earlier test."""
    horizon.cache_clear()


@pytest.mark.parametrize("setting", CHANGES, ids=lambda setting: setting.zone)
def test_the_starts_are_the_wall_times_on_the_grid_that_the_clock_shows_once(setting: Setting) -> None:
    span = setting.horizon()
    found = {
        span.first_tick + start: (span.on(day), minutes)
        for start, day, minutes in zip(span.starts.tolist(), span.day.tolist(), span.minutes.tolist(), strict=True)
    }
    assert found == offered(setting)


@pytest.mark.parametrize("setting", CHANGES, ids=lambda setting: setting.zone)
def test_a_horizon_reaches_from_its_first_midnight_to_the_one_after_its_last_day(setting: Setting) -> None:
    span, tz = setting.horizon(), zone(setting.zone)
    last = setting.first_on + timedelta(setting.days)
    assert instant_of(span.first_tick) == at_wall(setting.first_on, 0, tz)
    assert instant_of(span.first_tick + span.ticks) == at_wall(last, 0, tz)
    assert span.every.bit_count() == span.ticks


def test_a_skipped_hour_is_not_offered_and_a_repeated_one_neither() -> None:
    tz = zone("Europe/London")
    for on, skipped in ((date(2026, 3, 29), [60]), (date(2026, 10, 25), [60])):
        span = horizon(tz, on, 1, grid_minutes=60)
        assert [minutes for minutes in range(0, 1440, 60) if minutes not in span.minutes.tolist()] == skipped
        assert all(wall(instant_of(span.first_tick + start), tz)[0] == on for start in span.starts.tolist())


@pytest.fixture
def week() -> Horizon:
    return horizon(zone("Europe/London"), date(2026, 9, 7), 7, grid_minutes=720)


def test_days_and_dates_lead_to_each_other(week: Horizon) -> None:
    assert week.on(2) == date(2026, 9, 9)
    assert week.index(date(2026, 9, 9)) == 2
    assert week.index(date(2026, 9, 1)) == -6


def test_a_start_knows_its_day_and_other_ticks_have_none(week: Horizon) -> None:
    noon = week.first_tick + 288 + 144
    assert week.day_of(noon) == 1
    assert week.day_of(noon + 1) is None
    assert week.day_of(week.first_tick - 144) is None
    assert week.day_of(week.first_tick + week.ticks) is None


def test_chosen_days_become_their_starts_and_back(week: Horizon) -> None:
    chosen = week.on_days(0b1000110)
    assert chosen.bit_count() == 6
    assert week.days_of(chosen) == 0b1000110
    assert week.on_days(ALWAYS) == week.offered
    assert week.on_days(0b11 << 7) == 0
    assert week.which(chosen).tolist() == [2, 3, 4, 5, 12, 13]


@given(st.sampled_from(CHANGES), st.integers(-900, 9000), st.integers(-900, 9000))
@settings(derandomize=True, deadline=None, database=None)
def test_starts_are_walled_in_by_their_wall_time(setting: Setting, low: int, high: int) -> None:
    span = setting.horizon()
    within = [low <= 1440 * day + at < high for day, at in zip(span.day, span.minutes, strict=True)]
    expected = sum(1 << start for start, each in zip(span.starts.tolist(), within, strict=True) if each)
    assert span.walled(low, high) == expected


def test_a_day_without_starts_is_chosen_in_vain() -> None:
    skipped = Setting("Pacific/Apia", date(2011, 12, 29), 3, 60).horizon()
    assert skipped.on_days(0b010) == 0
    assert skipped.on_days(0b110) == skipped.on_days(0b100) != 0


@pytest.mark.parametrize("days", [0, -1, 1099])
def test_a_horizon_of_no_days_or_of_more_than_three_years_is_refused(days: int) -> None:
    with pytest.raises(Invalid) as refused:
        horizon(zone("Europe/London"), date(2026, 9, 7), days, grid_minutes=15)
    assert refused.value.code == "horizon_days"


@pytest.mark.parametrize("grid", [0, -15, 7, 1445])
def test_a_grid_off_the_tick_is_refused(grid: int) -> None:
    with pytest.raises(Invalid) as refused:
        horizon(zone("Europe/London"), date(2026, 9, 7), 7, grid_minutes=grid)
    assert refused.value.code == "grid_minutes"


@pytest.mark.parametrize("setting", CHANGES[:4], ids=lambda setting: setting.zone)
def test_a_horizon_knows_all_its_ticks_and_the_place_of_each_start(setting: Setting) -> None:
    span = setting.horizon()
    assert span.every == (1 << span.ticks) - 1
    assert span.rank[span.starts].tolist() == list(range(len(span.starts)))
    by_day = [span.day[begin:end].tolist() for begin, end in pairwise(span.edges.tolist())]
    assert [set(each) for each in by_day] == [{n} for n in range(span.days)]
