from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.errors import Invalid
from clinic.domain.time import (
    Span,
    at_wall,
    instant_at,
    instant_of,
    instants_at,
    local_date,
    tick_ceil,
    tick_floor,
    ticks_for,
    wall,
    zone,
)

BERLIN = zone("Europe/Berlin")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

GAPS = [
    pytest.param("Europe/Berlin", date(2026, 3, 29), 120, 180, id="Berlin"),
    pytest.param("America/New_York", date(2026, 3, 8), 120, 180, id="New York"),
    pytest.param("Australia/Lord_Howe", date(2026, 10, 4), 120, 150, id="Lord Howe, half an hour"),
    pytest.param("Africa/Casablanca", date(2026, 3, 22), 120, 180, id="Casablanca, after Ramadan"),
]
REPEATS = [
    pytest.param("Europe/Berlin", date(2026, 10, 25), 120, 180, id="Berlin"),
    pytest.param("America/New_York", date(2026, 11, 1), 60, 120, id="New York"),
    pytest.param("Australia/Lord_Howe", date(2026, 4, 5), 90, 120, id="Lord Howe, half an hour"),
    pytest.param("Africa/Casablanca", date(2026, 2, 15), 120, 180, id="Casablanca, before Ramadan"),
]


@pytest.mark.parametrize(("name", "day", "first", "after"), GAPS)
def test_hours_that_begin_in_the_gap_begin_after_it(name, day, first, after):
    tz, width = zone(name), after - first
    assert at_wall(day, first, tz) == at_wall(day, after, tz)
    assert wall(at_wall(day, first + 10, tz), tz) == (day, first + 10 + width)


@pytest.mark.parametrize(("name", "day", "first", "after"), REPEATS)
def test_hours_that_begin_in_the_repeated_hour_begin_in_the_first(name, day, first, after):
    tz, width = zone(name), timedelta(minutes=after - first)
    begun = at_wall(day, first, tz)
    assert wall(begun, tz) == wall(begun + width, tz) == (day, first)


@pytest.mark.parametrize(("name", "day", "first", "after"), [*GAPS, *REPEATS])
def test_a_day_with_a_clock_change_still_ends_at_midnight(name, day, first, after):
    tz, tomorrow = zone(name), day + timedelta(days=1)
    assert at_wall(day, 1440, tz) == at_wall(tomorrow, 0, tz)
    assert abs(at_wall(day, 1440, tz) - at_wall(day, 0, tz) - 24 * HOUR) == timedelta(minutes=after - first)


ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo"]


@given(st.sampled_from([*ZONES, "Asia/Kolkata"]), st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(0, 287))
@settings(derandomize=True, deadline=None)
def test_a_wall_time_is_shown_as_it_was_said_unless_the_clock_skips_it(name, day, tick):
    tz, minutes = zone(name), tick * 5
    start = at_wall(day, minutes, tz)
    assert start.tzinfo is UTC
    assert instant_of(tick_floor(start)) == start
    assert local_date(start, tz) == day
    on, shown = wall(start, tz)
    skipped = at_wall(day, 1440, tz) - at_wall(day, 0, tz) < 24 * HOUR
    assert (on, shown) == (day, minutes) or (skipped and 0 < shown - minutes <= 60)


@given(st.integers(-(10**15), 10**16))
@settings(derandomize=True, deadline=None)
def test_an_instant_lies_between_its_two_ticks(microseconds):
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert instant_of(tick_floor(instant)) <= instant <= instant_of(tick_ceil(instant))
    assert tick_ceil(instant) - tick_floor(instant) in (0, 1)


def test_ticks_are_five_minutes_and_minutes_off_the_tick_round_up():
    assert tick_floor(datetime(1970, 1, 1, 1, tzinfo=UTC)) == 12
    assert [ticks_for(minutes) for minutes in (0, 1, 5, 6, 45)] == [0, 1, 1, 2, 9]
    assert tick_floor(NOON.astimezone(timezone(5 * HOUR))) == tick_floor(NOON)


@pytest.mark.parametrize(
    "ask", [tick_floor, tick_ceil, lambda naive: Span(naive, NOON), lambda naive: Span(NOON, naive)]
)
def test_an_instant_without_a_zone_is_refused(ask):
    with pytest.raises(Invalid, match="naive_instant"):
        ask(NOON.replace(tzinfo=None))


@pytest.mark.parametrize("end", [NOON, NOON - HOUR])
def test_a_span_ends_after_it_starts(end):
    with pytest.raises(Invalid, match="span_reversed"):
        Span(NOON, end)


def test_a_span_is_measured_in_utc_across_a_clock_change():
    """On the wall the second span goes backwards; the first is empty in truth although the wall says an hour."""
    before = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    assert Span(before, datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=BERLIN)).end.fold == 1
    with pytest.raises(Invalid, match="span_reversed"):
        Span(datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN), datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [(-2, -1, False), (-1, 0, False), (-1, 1, True), (0, 2, True), (1, 2, True), (1, 4, True), (2, 3, False)],
)
def test_spans_overlap_where_they_share_an_instant(first, last, meets):
    span, other = Span(NOON, NOON + 2 * HOUR), Span(NOON + first * HOUR, NOON + last * HOUR)
    assert span.overlaps(other) is meets
    assert other.overlaps(span) is meets


@pytest.mark.parametrize(
    "name",
    [
        *("Mars/Olympus", "", "../etc/passwd", "Europe", "/etc/localtime", "a\0b"),
        *("localtime", "posixrules", "Factory", "posix/Europe/London", "right/Europe/London"),
    ],
)
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(Invalid) as refused:
        zone(name)
    assert (refused.value.code, refused.value.params["name"]) == ("unknown_zone", name)


@pytest.mark.parametrize(("name", "day", "first", "after"), GAPS)
def test_a_time_that_the_clock_skips_is_refused_with_the_times_around_it(name, day, first, after):
    tz = zone(name)
    for minutes in (first, first + 10, after - 5):
        assert instants_at(day, minutes, tz) == ()
        with pytest.raises(Invalid) as refused:
            instant_at(day, minutes, tz, fold=0)
        said = refused.value.params
        assert refused.value.code == "time_skipped"
        assert (said["before"], said["after"]) == tuple(f"{each // 60:02}:{each % 60:02}" for each in (first, after))
    assert wall(instant_at(day, first - 5, tz), tz) == (day, first - 5)
    assert wall(instant_at(day, after, tz), tz) == (day, after)


@pytest.mark.parametrize(("name", "day", "first", "after"), REPEATS)
def test_a_time_that_the_clock_shows_twice_asks_which(name, day, first, after):
    tz, width = zone(name), timedelta(minutes=after - first)
    for minutes in (first, first + 10, after - 5):
        early, late = instants_at(day, minutes, tz)
        assert late - early == width
        assert wall(early, tz) == wall(late, tz) == (day, minutes)
        assert [instant_at(day, minutes, tz, fold) for fold in (0, 1)] == [early, late]
        with pytest.raises(Invalid) as refused:
            instant_at(day, minutes, tz)
        said = [datetime.fromisoformat(refused.value.params[name]) for name in ("first", "second")]
        assert (refused.value.code, said) == ("time_repeated", [early, late])
    assert len(instants_at(day, first - 5, tz)) == len(instants_at(day, after, tz)) == 1


@given(st.sampled_from([*ZONES, "Asia/Kolkata"]), st.dates(date(2025, 1, 1), date(2028, 12, 31)), st.integers(0, 287))
@settings(derandomize=True, deadline=None)
def test_a_wall_time_has_the_instants_that_show_it(name, day, tick):
    tz, minutes = zone(name), tick * 5
    found = instants_at(day, minutes, tz)
    assert all(wall(each, tz) == (day, minutes) for each in found)
    around = [at_wall(day, minutes, tz) + timedelta(minutes=by) for by in range(-120, 125, 5)]
    assert set(found) == {each for each in around if wall(each, tz) == (day, minutes)}
