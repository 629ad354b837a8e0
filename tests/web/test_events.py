"""Adverse events on screen."""

import re

import pytest

from clinic.db.unit import Database
from tests.db.test_records import visit_on
from tests.web.conftest import Browser, Enter
from tests.world import World

EVENT = {"kind": "breathless", "grade": "moderate", "onset_on": "2026-11-20", "onset_time": "09:30", "key": "k1"}


@pytest.fixture
def visit(sqlite_database: Database, world: World) -> str:
    return visit_on(sqlite_database, world)


def test_an_alarm_is_recorded_acknowledged_by_name_and_closed(therapist: Browser, visit: str) -> None:
    address = f"/visits/{visit}/event"
    assert f'href="{address}"' in therapist.get(f"/visits/{visit}/record").text
    form = therapist.get(address).text
    assert 'value="2026-11-20"' in form
    told = EVENT | {"region": "thorax", "side": "left", "hospital": "1", "note": "after an hour"}
    assert therapist.send(address, **told).headers["Location"] == "/events"
    page = therapist.get("/events").text
    assert "Emergency department now" in page
    assert "Thorax, left" in page
    assert "No deadline was found for Berlin (Germany)" in page
    assert "Nobody has acknowledged this yet" in page
    to = re.search(r'action="(/events/\w+)/acknowledge"', page)
    assert to is not None
    assert "An event waits to be acknowledged" in therapist.get("/tasks").text
    assert therapist.send(f"{to[1]}/acknowledge", version="1").status_code == 303
    without = therapist.send(f"{to[1]}/close", version="2", outcome="")
    assert (without.status_code, "Say what came of the event" in without.text) == (400, True)
    assert therapist.send(f"{to[1]}/close", version="2", outcome="lung is whole").status_code == 303
    assert "No events here" in therapist.get("/events").text
    closed = therapist.get("/events?state=closed").text
    assert "lung is whole" in closed
    assert "Acknowledged</dt><dd>" in closed
    assert "/close" not in closed


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"grade": ""}, "grade"),
        ({"grade": "x"}, "grade"),
        ({"onset_on": "soon"}, "onset_on"),
        ({"onset_time": "10:30"}, "onset_on"),
        ({"region": "tail"}, "region"),
        ({"region": "neck", "side": "up"}, "side"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    therapist: Browser, visit: str, changed: dict[str, str], field: str
) -> None:
    refused = therapist.send(f"/visits/{visit}/event", **EVENT | {"note": "kept"} | changed)
    assert refused.status_code == 400
    assert f'href="#{field}"' in refused.text
    assert "kept</textarea>" in refused.text
    assert "No events here" in therapist.get("/events").text


def test_what_was_not_chosen_is_asked_for_in_words(therapist: Browser, visit: str) -> None:
    refused = therapist.send(f"/visits/{visit}/event", **EVENT | {"kind": ""}).text
    assert "What: choose one of what is offered." in refused
    assert "must be one of" not in refused
    assert "<title>Event, " in refused


def test_the_desk_sees_no_events(world: World, signed_in: Enter, visit: str) -> None:
    desk = signed_in("front desk")
    assert desk.get("/events").status_code == 403
    assert desk.get(f"/visits/{visit}/event").status_code == 403
    assert 'href="/events"' not in desk.get("/").text
