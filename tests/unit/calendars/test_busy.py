"""Busy time is read as RFC 5545 means it, in the entry's own zone, and nothing but the time is kept."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.calendars.busy import read
from clinic.domain.errors import Invalid
from clinic.domain.time import zone

FIRST, LAST = datetime(2026, 11, 19, tzinfo=UTC), datetime(2027, 5, 19, tzinfo=UTC)
OPTIONS = {"tz": "Europe/Berlin", "first": FIRST.isoformat(), "last": LAST.isoformat(), "host": "clinic.example"}
OUTLOOK = """\
BEGIN:VTIMEZONE
TZID:Eigene Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*parts: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *parts, "END:VCALENDAR", ""]).encode()


def event(*lines: str, uid: str = "a@there") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def told(*parts: str, data: bytes | None = None) -> dict[str, Any]:
    return read(calendar(*parts) if data is None else data, OPTIONS)


def times(*parts: str) -> list[str]:
    """Starts and ends in Berlin, short."""
    return [f"{_short(row[0])}–{_short(row[1])}" + " ?" * row[2] for row in told(*parts)["busy"]]


def _short(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(zone("Europe/Berlin")).strftime("%d.%m. %H:%M")


def code(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read(data, OPTIONS)
    return refused.value.code


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["DTSTART:20261123T100000Z", "DTEND:20261123T110000Z"], ["23.11. 11:00–23.11. 12:00"]),
        (["DTSTART;TZID=America/New_York:20261123T060000", "DURATION:PT90M"], ["23.11. 12:00–23.11. 13:30"]),
        (["DTSTART;TZID=W. Europe Standard Time:20261123T100000", "DURATION:PT1H"], ["23.11. 10:00–23.11. 11:00"]),
        (["DTSTART:20261123T100000", "DURATION:PT1H"], ["23.11. 10:00–23.11. 11:00"]),
        (["DTSTART;VALUE=DATE:20261123"], ["23.11. 00:00–24.11. 00:00"]),
        (["DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270329"], ["27.03. 00:00–29.03. 00:00"]),
        (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:P1D"], ["27.03. 12:00–28.03. 12:00"]),
        (["DTSTART;TZID=Europe/Berlin:20270328T023000", "DURATION:PT1H"], ["28.03. 03:30–28.03. 04:30"]),
        (["DTSTART:20261123T100000Z"], []),
        (["DTSTART:20261123T100000Z", "DTEND:20261123T090000Z"], []),
        (["DTSTART:20261018T100000Z", "DTEND:20261018T110000Z"], []),
        (["DTSTART:20261118T230000Z", "DTEND:20261119T010000Z"], ["19.11. 00:00–19.11. 02:00"]),
        (["DTSTART:20270519T000000Z", "DTEND:20270519T010000Z"], []),
    ],
)
def test_a_single_entry_blocks_its_time(lines: list[str], found: list[str]) -> None:
    assert times(event(*lines)) == found


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        *(("STATUS:CANCELLED", None), ("TRANSP:TRANSPARENT", None), ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None)),
        *(("STATUS:TENTATIVE", " ?"), ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", " ?"), ("STATUS:CONFIRMED", "")),
        *(("X-MICROSOFT-CDO-BUSYSTATUS:OOF", ""), ("TRANSP:OPAQUE", "")),
    ],
)
def test_what_is_free_blocks_nothing_and_what_is_uncertain_says_so(line: str, mark: str | None) -> None:
    found = times(event("DTSTART:20261123T100000Z", "DTEND:20261123T110000Z", line))
    assert found == ([] if mark is None else [f"23.11. 11:00–23.11. 12:00{mark}"])


def test_a_weekly_entry_stays_at_its_hour_when_clocks_change() -> None:
    rule = "RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20270410T220000Z"
    found = times(event("DTSTART;TZID=Europe/Berlin:20150103T120000", "DURATION:PT1H", rule))
    assert (found[0], found[-1], len(found)) == ("21.11. 12:00–21.11. 13:00", "10.04. 12:00–10.04. 13:00", 21)
    assert {each[7:12] for each in found} == {"12:00"}


def test_a_zone_that_the_calendar_describes_itself_is_followed() -> None:
    start = "DTSTART;TZID=Eigene Zone:20261121T120000"
    found = times(OUTLOOK, event(start, "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYMONTHDAY=21;COUNT=6"))
    assert [each[:12] for each in found] == [f"21.{month:02}. 12:00" for month in (11, 12, 1, 2, 3, 4)]


def test_dates_are_left_out_and_added() -> None:
    found = times(
        event(
            "DTSTART;TZID=Europe/Berlin:20261123T100000",
            "DURATION:PT1H",
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXDATE;TZID=Europe/Berlin:20261124T100000",
            "EXDATE:20261125T090000Z",
            "EXDATE;VALUE=DATE:20261126",
            "RDATE;TZID=Europe/Berlin:20261201T080000",
            "RDATE;VALUE=PERIOD:20261202T080000Z/PT2H,20261203T080000Z/20261203T083000Z",
        )
    )
    starts = ["23.11. 10:00–23.11. 11:00", "27.11. 10:00–27.11. 11:00", "01.12. 08:00–01.12. 09:00"]
    assert found == [*starts, "02.12. 09:00–02.12. 11:00", "03.12. 09:00–03.12. 09:30"]


def test_changed_occurrences_replace_the_ones_they_change() -> None:
    """Moved, cancelled, made free; of two changes of one the later revision counts, in whatever order they come."""
    series = event("DTSTART;TZID=Europe/Berlin:20261123T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")
    newer = event("RECURRENCE-ID:20261123T090000Z", "DTSTART:20261123T130000Z", "DURATION:PT1H", "SEQUENCE:2")
    older = event("RECURRENCE-ID:20261123T090000Z", "DTSTART:20261123T120000Z", "DURATION:PT1H", "SEQUENCE:1")
    gone = event("RECURRENCE-ID:20261124T090000Z", "DTSTART:20261124T090000Z", "DURATION:PT1H", "STATUS:CANCELLED")
    free = event("RECURRENCE-ID;TZID=Europe/Berlin:20261125T100000", "DTSTART:20261125T090000Z", "TRANSP:TRANSPARENT")
    found = times(newer, series, gone, older, free)
    assert found == ["23.11. 14:00–23.11. 15:00", "26.11. 10:00–26.11. 11:00"]


def test_a_change_that_goes_on_moves_all_that_follow() -> None:
    series = event("DTSTART;TZID=Europe/Berlin:20261123T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
    onward = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261130T100000",
        "DTSTART;TZID=Europe/Berlin:20261201T150000",
        "DURATION:PT2H",
    )
    found = times(series, onward)
    assert found == ["23.11. 10:00–23.11. 11:00", "01.12. 15:00–01.12. 17:00", "08.12. 15:00–08.12. 17:00"]


def test_a_changed_occurrence_of_a_series_that_is_not_there_counts_by_itself() -> None:
    alone = event("RECURRENCE-ID:20261123T090000Z", "DTSTART:20261123T130000Z", "DURATION:PT1H")
    assert times(alone) == ["23.11. 14:00–23.11. 15:00"]


def test_published_busy_time_is_read_too() -> None:
    part = "BEGIN:VFREEBUSY\nFREEBUSY:20261123T100000Z/PT1H,20261018T100000Z/PT1H\n"
    part += "FREEBUSY;FBTYPE=FREE:20261124T100000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20261125T100000Z/PT1H\n"
    assert times(part + "END:VFREEBUSY") == ["23.11. 11:00–23.11. 12:00", "25.11. 11:00–25.11. 12:00 ?"]


def test_whole_days_repeat_until_a_day() -> None:
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20261207"
    found = times(event("DTSTART;VALUE=DATE:20261123", rule, "EXDATE;VALUE=DATE:20261130"))
    assert found == ["23.11. 00:00–24.11. 00:00", "07.12. 00:00–08.12. 00:00"]


def test_published_busy_time_that_cannot_be_read_is_not_taken_by_halves() -> None:
    good = event("DTSTART:20261123T100000Z", "DTEND:20261123T110000Z")
    assert (
        code(calendar(good, "BEGIN:VFREEBUSY\nFREEBUSY:20261123T100000Z/PT1H,soon\nEND:VFREEBUSY")) == "busy_unreadable"
    )


def test_our_own_entries_do_not_come_back_to_block() -> None:
    once = ("DTSTART:20261123T100000Z", "DTEND:20261123T110000Z")
    assert times(event(*once, uid="0f@clinic.example")) == []
    assert len(times(event(*once, uid="0f@clinic.example.org"), event(*once, uid="clinic.example"))) == 2


def test_nothing_but_times_and_a_hash_is_kept() -> None:
    found = told(event("DTSTART:20261123T100000Z", "DURATION:PT1H", "SUMMARY:Divorce lawyer", "LOCATION:Court 3"))
    assert found["busy"] == [("2026-11-23T10:00:00+00:00", "2026-11-23T11:00:00+00:00", False, found["busy"][0][3])]
    assert len(found["busy"][0][3]) == 64
    assert "a@there" not in str(found)


def test_a_zone_that_nobody_knows_is_taken_for_the_therapists_and_told() -> None:
    found = told(event("DTSTART;TZID=Mars/Crater:20261123T100000", "DURATION:PT1H"))
    assert found["zones"] == ["Mars/Crater"]
    assert found["busy"][0][0] == "2026-11-23T09:00:00+00:00"


@pytest.mark.parametrize(
    "broken",
    [
        *(["DTSTART:20261399T100000Z"], ["DTEND:20261123T100000Z"], ["DTSTART:20261123T100000Z", "DURATION:x"]),
        *(["DTSTART:20261123T100000Z", "RRULE:FREQ=DAILY;BYFOO=1"], ["DTSTART:20261123T100000Z", "SEQUENCE:x"]),
        *(["DTSTART:20261123T100000Z", "DTSTART:20261123T110000Z"], ["DTSTART;VALUE=PERIOD:20261123T100000Z/PT1H"]),
    ],
)
def test_an_entry_that_cannot_be_read_is_counted_and_the_others_count(broken: list[str]) -> None:
    good = event("DTSTART:20261123T100000Z", "DTEND:20261123T110000Z")
    found = told(good, event(*broken, uid="b"))
    assert (len(found["busy"]), found["entries"], found["skipped"]) == (1, 2, 1)
    assert code(calendar(event(*broken))) == "busy_unreadable"


def test_lines_are_unfolded_and_odd_bytes_are_borne() -> None:
    folded = calendar(event("DTSTART:2026112\n 3T100000Z", "DTEND:202611\n\t23T110000Z", "SUMMARY:\x00\x07ü"))
    for data in (folded, b"\xef\xbb\xbf" + folded.replace(b"\n", b"\r\n"), folded.replace(b"\n", b"\n\n")):
        if b"\n\n" not in data:
            assert len(told(data=data)["busy"]) == 1
    assert told(data=calendar())["busy"] == []


def test_what_stands_inside_other_things_is_not_taken_for_an_entry() -> None:
    inner = event("DTSTART:20261123T100000Z", "DTEND:20261123T110000Z")
    alarm = "BEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT9H\nEND:VALARM"
    assert len(times(event("DTSTART:20261123T100000Z", "DURATION:PT1H", alarm))) == 1
    assert times(f"BEGIN:VJOURNAL\n{inner}\nEND:VJOURNAL") == []
    nested = f"BEGIN:VEVENT\nUID:x\nDTSTART:20261124T100000Z\n{inner}\nDURATION:PT1H\nEND:VEVENT"
    assert times(nested) == ["24.11. 11:00–24.11. 12:00"]


def test_rules_agree_with_counting_days() -> None:
    """Weekly and monthly rules against a walk over every day of the window, on random cases."""
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    for seed in range(60):
        chance = random.Random(seed)
        day = timedelta(days=chance.randint(0, 360), hours=chance.randint(0, 23))
        start = (datetime(2026, 1, 1, 0, 30, tzinfo=UTC) + day).replace(tzinfo=None)
        every, by = chance.randint(1, 3), sorted(chance.sample(range(7), 2))
        rule = f"RRULE:FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(days[day] for day in by)}"
        found = told(event(f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}", "DURATION:PT15M", rule))["busy"]
        monday, tz = start.date() - timedelta(days=start.weekday()), zone("Europe/Berlin")
        wanted = {start.replace(tzinfo=tz).astimezone(UTC)}
        for count in range(800):
            on = start + timedelta(days=count)
            if on.weekday() in by and ((on.date() - monday).days // 7) % every == 0:
                wanted.add(on.replace(tzinfo=tz).astimezone(UTC))
        inside = {each for each in wanted if each < LAST and each + timedelta(minutes=15) > FIRST}
        assert {datetime.fromisoformat(row[0]) for row in found} == inside, rule
