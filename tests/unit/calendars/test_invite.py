from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.calendars import invite
from clinic.calendars.event import Event, Status
from clinic.domain.errors import Invalid
from clinic.domain.messages.mailbox import Mailbox
from tests.unit.calendars.samples import NASTY, unfolded, values, visit

STAMP = datetime(2026, 9, 2, 10, 15, 30, 123456, tzinfo=UTC)


def rendered(event: Event, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "method": "CANCEL" if event.cancelled else "REQUEST",
        "organizer": Mailbox("Praxis am Markt", "termine+4f1c@clinic.example"),
        "attendee": Mailbox("Pat Example", "pat@patient.example"),
        "stamp": STAMP,
    }
    return invite.render(event, **arguments | changes)


def test_a_request_is_written_line_by_line_like_this() -> None:
    event = visit(description="Details: https://clinic.example/v/1", location="Markt 1, Berlin", sequence=2)
    lines = unfolded(rendered(event))
    assert lines[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//clinic//treatment plans//EN", "METHOD:REQUEST"]
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "SUMMARY:Appointment",
        "DTSTART;TZID=Europe/Berlin:20261006T090000",
        "DTEND;TZID=Europe/Berlin:20261006T094500",
        "DTSTAMP:20260902T101530Z",
        "UID:4f1c@clinic.example",
        "SEQUENCE:2",
        'ATTENDEE;CN="Pat Example";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE'
        ":mailto:pat@patient.example",
        "CLASS:PRIVATE",
        "CREATED:20260901T083000Z",
        "DESCRIPTION:Details: https://clinic.example/v/1",
        "LAST-MODIFIED:20260901T083000Z",
        "LOCATION:Markt 1\\, Berlin",
        'ORGANIZER;CN="Praxis am Markt":mailto:termine+4f1c@clinic.example',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_withdrawal_asks_nothing_and_frees_the_time() -> None:
    document = rendered(visit(status=Status.CANCELLED, sequence=3))
    assert values(document, "METHOD") == ["METHOD:CANCEL"]
    assert values(document, "STATUS") == ["STATUS:CANCELLED"]
    assert values(document, "TRANSP") == ["TRANSP:TRANSPARENT"]
    assert values(document, "SEQUENCE") == ["SEQUENCE:3"]
    (attendee,) = values(document, "ATTENDEE")
    assert "RSVP" not in attendee
    assert "PARTSTAT" not in attendee


def test_an_invitation_has_no_alarm() -> None:
    assert b"VALARM" not in rendered(visit(alarm_lead=timedelta(hours=24)))


def test_a_zone_is_described_once_and_only_where_it_is_used() -> None:
    assert unfolded(rendered(visit())).count("BEGIN:VTIMEZONE") == 1
    assert b"VTIMEZONE" not in rendered(visit(tz="UTC"))
    assert b"VTIMEZONE" not in rendered(visit(tz="Africa/Cairo"))


def test_the_day_on_which_the_clock_is_changed_goes_out_in_utc() -> None:
    first = rendered(visit(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 30))
    assert values(first, "DTSTART") == ["DTSTART:20261025T003000Z"]
    assert values(first, "DTEND") == ["DTEND:20261025T010000Z"]
    assert b"TZID" not in first
    for start in (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC)):
        assert b"TZID" not in rendered(visit(start, 30))
    for start in (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)):
        assert b"DTSTART;TZID=Europe/Berlin:" in rendered(visit(start, 30))
    assert b"TZID" not in rendered(visit(datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 60))


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert rendered(visit()) == rendered(visit())


def test_names_and_addresses_stay_what_they_are() -> None:
    document = rendered(
        visit(summary=NASTY),
        organizer=Mailbox('A "B"; C^', "a?b%c@clinic.example"),
        attendee=Mailbox("", "p@q.example"),
    )
    assert values(document, "ORGANIZER") == ["ORGANIZER;CN=\"A ^'B^'; C^^\":mailto:a%3Fb%25c@clinic.example"]
    (attendee,) = values(document, "ATTENDEE")
    assert "CN=" not in attendee
    assert attendee.endswith(":mailto:p@q.example")


@pytest.mark.parametrize(
    ("method", "status"),
    [("REQUEST", Status.CANCELLED), ("CANCEL", Status.CONFIRMED), ("CANCEL", Status.TENTATIVE)],
)
def test_method_and_status_must_agree(method: str, status: Status) -> None:
    with pytest.raises(Invalid) as caught:
        rendered(visit(status=status), method=method)
    assert (caught.value.code, caught.value.params) == (
        "method_against_status",
        {"method": method, "status": status.value},
    )


def test_a_stamp_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        rendered(visit(), stamp=datetime(2026, 9, 2))  # noqa: DTZ001
    assert caught.value.code == "naive_instant"
