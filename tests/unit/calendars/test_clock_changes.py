"""Six zones, on the nights when their clocks change and through a year: what is offered, booked, sent and subscribed to
is the same moment, told by the clock on the wall."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from clinic.calendars import card, feed, invite
from clinic.calendars.document import zone_shown
from clinic.content.languages import LANGUAGES, wording
from clinic.domain.messages.mailbox import Mailbox
from clinic.domain.time import instant_at, instant_of, instants_at, tick_floor, wall, zone
from clinic.domain.visits.promise import parted
from clinic.engine.horizon import horizon
from tests.examples import one_in
from tests.unit.calendars.samples import REVISED, visit


class Place(NamedTuple):
    """A zone with the wall times [first, after) that one day skips and another repeats, where it does."""

    tz: str
    gap: tuple[date, int, int] | None
    overlap: tuple[date, int, int] | None


PLACES = (
    Place("Europe/Berlin", (date(2026, 3, 29), 120, 180), (date(2026, 10, 25), 120, 180)),
    Place("America/New_York", (date(2026, 3, 8), 120, 180), (date(2026, 11, 1), 60, 120)),
    Place("Australia/Lord_Howe", (date(2026, 10, 4), 120, 150), (date(2026, 4, 5), 90, 120)),
    Place("Africa/Casablanca", (date(2026, 3, 22), 120, 180), (date(2026, 2, 15), 120, 180)),
    Place("America/Sao_Paulo", (date(2018, 11, 4), 0, 60), (date(2019, 2, 16), 1380, 1440)),
    Place("Asia/Kolkata", None, None),
)
SKIPPING = [pytest.param(each.tz, *each.gap, id=each.tz) for each in PLACES if each.gap]
REPEATING = [pytest.param(each.tz, *each.overlap, id=each.tz) for each in PLACES if each.overlap]
TEN = 600
Render = Callable[[datetime, str], bytes]


def subscribed(starts: datetime, tz: str) -> bytes:
    return feed.render([visit(starts, tz=tz)], name="Appointments", color="teal", tz=tz)


def invited(starts: datetime, tz: str) -> bytes:
    people = {"organizer": Mailbox("Clinic", "a@b.example"), "attendee": Mailbox("", "c@d.example")}
    return invite.render(visit(starts, tz=tz), method="REQUEST", stamp=REVISED, **people)


def offered(tz: ZoneInfo, day: date) -> list[int]:
    """The wall times that the placer offers that day, every five minutes."""
    return horizon(tz, day, 1, grid_minutes=5).minutes.tolist()


@pytest.mark.parametrize(("name", "day", "first", "after"), SKIPPING)
def test_nothing_is_offered_in_a_gap(name: str, day: date, first: int, after: int) -> None:
    found = offered(zone(name), day)
    assert not [minutes for minutes in found if first <= minutes < after]
    assert after in found


@pytest.mark.parametrize(("name", "day", "first", "after"), REPEATING)
def test_nothing_is_offered_in_an_hour_that_comes_twice(name: str, day: date, first: int, after: int) -> None:
    found = offered(zone(name), day)
    assert not [minutes for minutes in found if first <= minutes < after]
    assert first - 5 in found


@pytest.mark.parametrize("render", [subscribed, invited])
@pytest.mark.parametrize(("name", "day", "first", "after"), REPEATING)
def test_a_visit_in_a_repeated_hour_is_sent_in_utc(
    name: str, day: date, first: int, after: int, render: Render
) -> None:
    """One that was booked before the change was decreed, say."""
    tz = zone(name)
    early, late = instants_at(day, first + 10, tz)
    for starts in (early, late):
        assert zone_shown(visit(starts, tz=name)) is None
        document = render(starts, name)
        assert f"DTSTART:{starts:%Y%m%dT%H%M%SZ}".encode() in document
        assert card.read(document).starts == starts
        assert (
            parted(tick_floor(starts), f"{day}T{(first + 10) // 60:02}:{first % 60 + 10:02}", starts == late, tz)
            is None
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "day", "first", "after"), REPEATING)
def test_a_letter_tells_the_two_repeated_times_apart(
    name: str, day: date, first: int, after: int, language: str
) -> None:
    told = {wording(language).both(starts, name, None) for starts in instants_at(day, first + 10, zone(name))}
    assert len(told) == 2


@one_in(4)
@pytest.mark.parametrize("render", [subscribed, invited])
@pytest.mark.parametrize("name", [place.tz for place in PLACES])
def test_a_series_keeps_its_wall_time_through_the_year(name: str, render: Render, share: int) -> None:
    tz = zone(name)
    for week in range(0, 53, share):
        day = date(2026, 1, 6) + timedelta(weeks=week)
        starts = instant_at(day, TEN, tz)
        assert wall(starts, tz) == (day, TEN)
        assert instant_of(tick_floor(starts)) == starts
        document = render(starts, name)
        assert card.read(document).starts == starts
        event = Calendar.from_ical(document).walk("VEVENT")[0]
        shown = event["DTSTART"].dt
        if event["DTSTART"].params.get("TZID") is None:
            assert shown == starts.astimezone(UTC)
        else:
            assert (shown.date(), shown.hour * 60 + shown.minute) == (day, TEN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [place.tz for place in PLACES])
def test_a_reader_in_any_other_of_these_zones_is_told_both_times(name: str, language: str) -> None:
    starts = instant_at(date(2026, 11, 23), TEN, zone(name))
    for other in PLACES:
        told = wording(language).both(starts, name, other.tz)
        differs = starts.astimezone(zone(other.tz)).hour != TEN // 60
        assert (wording(language).city(other.tz) in told) is (differs or other.tz == name)
