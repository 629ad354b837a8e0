import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.calendars import feed
from clinic.calendars.event import Event, Status
from clinic.domain.errors import Invalid
from tests.examples import tried
from tests.unit.calendars.samples import REVISED, unfolded, values, visit


def rendered(events: Iterable[Event], **changes: Any) -> bytes:
    arguments: dict[str, Any] = {"name": "Termine", "color": "teal", "tz": "Europe/Berlin"}
    return feed.render(events, **arguments | changes)


def test_a_feed_names_itself_and_how_often_to_ask() -> None:
    lines = unfolded(rendered([visit()], name="Termine, Übersicht", refresh_hours=6))
    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//clinic//treatment plans//EN",
        "NAME:Termine\\, Übersicht",
        "X-WR-CALNAME:Termine\\, Übersicht",
        "COLOR:teal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "X-WR-TIMEZONE:Europe/Berlin",
    ]


def test_a_feed_has_no_method_and_no_people() -> None:
    document = rendered([visit()])
    assert not [name for name in ("METHOD", "ORGANIZER", "ATTENDEE") if values(document, name)]
    assert values(document, "UID") == ["UID:4f1c@clinic.example"]


def test_an_event_is_stamped_with_its_last_revision() -> None:
    document = rendered([visit(revised_at=REVISED + timedelta(days=1, microseconds=5))])
    assert values(document, "DTSTAMP") == ["DTSTAMP:20260902T083000Z"]
    assert values(document, "LAST-MODIFIED") == ["LAST-MODIFIED:20260902T083000Z"]


def test_an_alarm_comes_last_in_its_event_where_it_is_asked_for() -> None:
    lines = unfolded(rendered([visit(alarm_lead=timedelta(hours=24))]))
    assert lines[-7:] == [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Appointment",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert b"VALARM" not in rendered([visit()])


def test_a_cancelled_visit_stays_without_notes_and_alarm() -> None:
    document = rendered([visit(status=Status.CANCELLED, description="Eat before", alarm_lead=timedelta(hours=1))])
    assert values(document, "STATUS") == ["STATUS:CANCELLED"]
    assert values(document, "TRANSP") == ["TRANSP:TRANSPARENT"]
    assert not values(document, "DESCRIPTION")
    assert b"VALARM" not in document


def test_what_is_transparent_or_public_says_so() -> None:
    document = rendered([visit(transparent=True, private=False, related_to="session@clinic.example")])
    assert values(document, "TRANSP") == ["TRANSP:TRANSPARENT"]
    assert values(document, "CLASS") == ["CLASS:PUBLIC"]
    assert values(document, "RELATED-TO") == ["RELATED-TO:session@clinic.example"]


def test_each_zone_in_use_is_described_once() -> None:
    events = [
        visit(uid="a"),
        visit(uid="b"),
        visit(uid="c", tz="Europe/London"),
        visit(uid="d", tz="UTC"),
        visit(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), uid="e", tz="Europe/Rome"),
    ]
    document = rendered(events, tz="Asia/Kolkata")
    assert values(document, "TZID") == ["TZID:Europe/Berlin", "TZID:Europe/London"]


@pytest.mark.thorough
@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.permutations(range(6)))
def test_equal_events_give_equal_bytes_in_any_order(order: list[int]) -> None:
    start = datetime(2026, 10, 6, 7, tzinfo=UTC)
    events = [visit(start + timedelta(days=number // 2), uid=f"{number}@clinic.example") for number in range(6)]
    document = rendered([events[number] for number in order])
    assert document == rendered(events)
    assert values(document, "UID") == [f"UID:{number}@clinic.example" for number in range(6)]


@tried(80, 2_000, st.text(), st.text(), st.text())
def test_no_text_adds_a_line_of_its_own(title: str, place: str, notes: str) -> None:
    plain = unfolded(rendered([visit(summary="x", location="y", description="z")]))
    event = visit(summary="x" + title, location="y" + place, description="z" + notes)
    document = unfolded(rendered([event], name="n" + title))
    assert [line.split(":")[0].split(";")[0] for line in document] == [
        line.split(":")[0].split(";")[0] for line in plain
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " \r\n"}, "text_missing"),
        ({"color": "#ff0000"}, "text_malformed"),
        ({"color": "teal\nX:1"}, "text_malformed"),
        ({"refresh_hours": 0}, "out_of_range"),
        ({"tz": "Europe/Atlantis"}, "unknown_zone"),
    ],
)
def test_a_feed_without_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        rendered([], **changes)
    assert caught.value.code == code


def test_bytes_change_only_with_the_version_that_etags_hold() -> None:
    events = [visit(alarm_lead=timedelta(hours=24)), visit(uid="b", status=Status.CANCELLED, tz="Asia/Kolkata")]
    digest = hashlib.sha256(rendered(events)).hexdigest()
    assert (feed.VERSION, digest[:16]) == (2, "663ad50608447cff")


def test_two_events_with_one_uid_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        rendered([visit(), visit(sequence=1)])
    assert caught.value.code == "uid_repeated"
