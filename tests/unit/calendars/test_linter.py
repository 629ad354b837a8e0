"""The linter finds nothing in what we write, and everything that is done to it."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic.calendars import feed, invite
from clinic.calendars.event import Status
from clinic.domain.messages.mailbox import Mailbox
from tests.examples import one_in
from tests.unit.calendars.linter import findings
from tests.unit.calendars.samples import NASTY, REVISED, visit

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Africa/Cairo",
    "UTC",
)
FEED = feed.render(
    [
        visit(alarm_lead=timedelta(hours=24), summary="Übung, 😀"),
        visit(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), uid="b", description="x" * 2000),
    ],
    name="Termine",
    color="teal",
    tz="Europe/Berlin",
)


@one_in(5)
@pytest.mark.parametrize("tz", ZONES)
def test_a_feed_of_a_whole_year_has_no_findings(tz: str, share: int) -> None:
    start = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    events = [
        visit(
            start + timedelta(days=day, hours=day % 24),
            tz=tz,
            uid=f"{day}@clinic.example",
            summary=f"{NASTY} {day}",
            description=NASTY * 20,
            location=NASTY,
            status=list(Status)[day % 3],
            alarm_lead=timedelta(hours=day % 48),
            url="https://clinic.example/v/a,b;c?d=%0A",
            transparent=day % 2 == 0,
            private=day % 5 > 0,
        )
        for day in range(0, 366, share)
    ]
    assert findings(feed.render(events, name=NASTY, color="teal", tz=tz)) == []


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.CANCELLED])
def test_an_invitation_has_no_findings(status: Status) -> None:
    document = invite.render(
        visit(status=status, summary=NASTY, location=NASTY, description=NASTY),
        method="CANCEL" if status is Status.CANCELLED else "REQUEST",
        organizer=Mailbox(NASTY.replace("\r\n", " ").replace("\r", "").replace("\x00\x07\u2028", ""), "a@b.example"),
        attendee=Mailbox("Pat", "p@q.example"),
        stamp=REVISED,
    )
    assert findings(document) == []


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        (b"\r\n", b"\n", "CRLF"),
        (b"END:VCALENDAR\r\n", b"END:VCALENDAR", "last line"),
        (b"SUMMARY:", b"SUMMARY:\x07", "control"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 75, "75"),
        ("Ü".encode(), b"\xc3\r\n \x9c", "inside a character"),
        (b"BEGIN:VEVENT", b"\r\nBEGIN:VEVENT", "empty"),
        (b"VERSION:2.0", b"VERSION:2.1", "VERSION"),
        (b"VERSION:2.0\r\n", b"", "no VERSION"),
        (b";VALUE=DURATION", b"", "duration"),
        (b"COLOR:teal", b"COLOR:#00ff00", "COLOR"),
        (b"\\, ", b", ", "SUMMARY"),
        (b"UID:b", b"UID:4f1c@clinic.example", "one UID"),
        (b"DTSTAMP:20260901T083000Z\r\n", b"", "no DTSTAMP"),
        (b"DTSTAMP:20260901T083000Z", b"DTSTAMP:20260902T083000Z", "LAST-MODIFIED"),
        (b"DTSTART;TZID=Europe/Berlin:20261006T090000", b"DTSTART:20261006T090000", "floats"),
        (b"DTSTART;TZID=Europe/Berlin:20261006T090000", b"DTSTART;TZID=Europe/Berlin:20261006T090000Z", "both"),
        (b"DTEND;TZID=Europe/Berlin:20261006T094500", b"DTEND;TZID=Europe/Berlin:20261006T090000", "before"),
        (b"TZID:Europe/Berlin", b"TZID:Europe/Rome", "zones"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELED", "STATUS"),
        (b"STATUS:CONFIRMED", b"STATUS:CANCELLED", "takes time"),
        (b"TRANSP:OPAQUE", b"TRANSP:BUSY", "TRANSP"),
        (b"ACTION:DISPLAY", b"ACTION:EMAIL", "ACTION"),
        (b"TRIGGER:-P1D", b"TRIGGER:P", "TRIGGER"),
        (b"TRIGGER:-P1D", b"TRIGGER:-1D", "TRIGGER"),
        (b"END:VALARM", b"END:VALARM\r\nX-LATE:1", "after a component"),
        (b"SEQUENCE:0", b"SEQUENCE:0\r\nATTENDEE:mailto:a@b.example", "names people"),
        (b"SEQUENCE:0", b"SEQUENCE:0\r\nATTACH:https://a.example", "ATTACH"),
        (b"SEQUENCE:0", b"SEQUENCE:0\r\nSEQUENCE:0", "2 times"),
        (b"BYDAY=-1SU", b"BYDAY", "RRULE"),
        (b"END:VEVENT", b"END:VALARM", "ends as"),
        (b"BEGIN:VALARM", b"BEGIN:VJOURNAL", "VJOURNAL inside"),
        (b"CLASS:PRIVATE", b"CLASS PRIVATE", "no content line"),
    ],
)
def test_every_fault_is_found(good: bytes, bad: bytes, finding: str) -> None:
    assert good in FEED
    found = findings(FEED.replace(good, bad, 1))
    assert any(finding in each for each in found), found


def test_the_order_of_events_and_the_people_of_an_invitation_are_judged() -> None:
    first, second = FEED.index(b"BEGIN:VEVENT"), FEED.rindex(b"BEGIN:VEVENT")
    swapped = (
        FEED[:first] + FEED[second:].removesuffix(b"END:VCALENDAR\r\n") + FEED[first:second] + b"END:VCALENDAR\r\n"
    )
    assert findings(FEED) == []
    assert findings(swapped) == ["the events are not sorted by start and UID"]
    assert len(findings(FEED.replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:REQUEST"))) == 3
