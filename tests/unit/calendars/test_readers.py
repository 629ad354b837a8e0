"""Every reader of calendars sees what we meant, around every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.calendars import feed, invite
from clinic.calendars.event import Event, Status
from clinic.domain.messages.mailbox import Mailbox
from tests.unit.calendars.readers import EVERY, READERS, Seen, by_ts_ics
from tests.unit.calendars.samples import NASTY, REVISED, unfolded, visit

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/Winnipeg",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Africa/Cairo",
    "UTC",
)
ORGANIZER = Mailbox('Praxis "am Markt"; Müller', "termine+4f1c@clinic.example")
ATTENDEE = Mailbox("Pat O'Neil: 😀", "pat@patient.example")


def seen(event: Event) -> Seen:
    return Seen(event.uid, event.starts, event.ends, event.summary, event.status.value)


def around_the_clock_changes(tz: str) -> list[Event]:
    """Visits half an hour apart from three hours before each change of three years until three hours after it, and one
    on a plain day."""
    days = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(3 * 365)]
    offsets = [day.astimezone(ZoneInfo(tz)).utcoffset() for day in days]
    changes = [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]
    starts = [datetime(2026, 7, 6, 9, tzinfo=UTC)]
    for change in changes:
        hours = [change + timedelta(hours=hour) for hour in range(25)]
        last = [
            hour
            for hour in hours
            if hour.astimezone(ZoneInfo(tz)).utcoffset() == hours[0].astimezone(ZoneInfo(tz)).utcoffset()
        ][-1]
        starts += [last + timedelta(minutes=30 * step) for step in range(-4, 8)]
    return [visit(start, tz=tz, uid=f"{number:03}@clinic.example") for number, start in enumerate(starts)]


@pytest.mark.thorough
@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_all_readers_see_the_same_visits_around_every_clock_change(reader) -> None:
    courses = {tz: around_the_clock_changes(tz) for tz in ZONES}
    documents = [feed.render(course, name="Termine", color="teal", tz=tz) for tz, course in courses.items()]
    for (tz, course), found in zip(courses.items(), reader(documents), strict=True):
        assert found == [seen(event) for event in course], tz


@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_all_readers_see_invitations_moves_and_cancellations(reader) -> None:
    visits = (visit(), visit(sequence=1, starts=datetime(2027, 3, 30, 6, tzinfo=UTC)), visit(status=Status.CANCELLED))
    documents = [
        invite.render(
            event,
            method="CANCEL" if event.cancelled else "REQUEST",
            organizer=ORGANIZER,
            attendee=ATTENDEE,
            stamp=REVISED,
        )
        for event in visits
    ]
    assert reader(documents) == [[seen(event)] for event in visits]


@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_all_readers_see_hostile_text_as_text(reader) -> None:
    # ts-ics ends an entry at these words wherever they stand: of a text that has them it reads the beginning.
    text = NASTY.replace("END:VEVENT", "END") if reader is by_ts_ics else NASTY
    event = visit(
        summary=text,
        location=text,
        description=text + "Nötig, 😀; " * 200,
        url="https://clinic.example/v/a,b;c?d=%0A",
        alarm_lead=timedelta(hours=24),
        related_to="other@clinic.example",
    )
    document = feed.render([event], name=text, color="teal", tz="Europe/Berlin")
    assert not [line for line in unfolded(document) if line.startswith("ATTENDEE")]
    assert reader([document]) == [[seen(event)]]


@pytest.mark.parametrize("reader", EVERY, ids=lambda reader: reader.__name__)
def test_all_readers_take_an_empty_feed(reader) -> None:
    assert reader([feed.render([], name="Termine", color="teal", tz="Europe/Berlin")]) == [[]]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_reader_notices_a_zone_that_is_described_wrongly(reader) -> None:
    course = around_the_clock_changes("America/New_York")
    document = feed.render(course, name="Termine", color="teal", tz="America/New_York")
    wrong = document.replace(b"BYDAY=2SU", b"BYDAY=1SU")
    (found,) = reader([wrong])
    assert found != [seen(event) for event in course]
