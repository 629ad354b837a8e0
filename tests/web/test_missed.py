"""Somebody who did not come: marked from the visit's panel, undone, and what comes next."""

import re

import pytest
from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.visits.visit import Status
from clinic.services.visits.flow import flow
from tests.under_way import under_way
from tests.web.conftest import Browser, Enter
from tests.web.test_lost import status_of
from tests.web.test_replan import days_of, form, visit_of
from tests.world import NOW, World


@pytest.fixture
def course(sqlite_database: Database, world: World) -> str:
    return under_way(sqlite_database, world, ("done", -7), ("booked", -1), ("booked", 6))


def test_a_visit_is_marked_as_missed_and_its_panel_asks_what_comes_next(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 2)
    address = f"/visits/{visit}"
    assert f'href="{address}/missed"' in desk.get(address).text
    page = desk.get(f"{address}/missed")
    assert page.status_code == 200
    assert desk.send(f"{address}/missed", version="1").headers["Location"] == address
    assert status_of(sqlite_database, visit)[0] == "no_show"
    panel = desk.get(address).text
    assert "Find a new date, call, or leave it" in panel
    assert f'href="/courses/{course}/replan"' in panel
    assert "was missed or cancelled and has no new date" in desk.get("/worklist").text
    assert desk.send(f"{address}/missed", version="1").status_code == 409


def test_whom_to_call_is_one_tap_away(desk: Browser, sqlite_database: Database, course: str) -> None:
    address = f"/visits/{visit_of(sqlite_database, course, 2)}"
    desk.send(f"{address}/missed", version="1")
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(phone="+49 30 1234567"))
    assert 'href="tel:+49301234567"' in desk.get(address).text


def test_it_is_marked_and_its_session_gets_a_new_date_with_one_stroke(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 2)
    address = f"/visits/{visit}/missed"
    assert f'formaction="{address}/rest"' in desk.get(address).text
    page = desk.send(f"{address}/rest", version="1")
    assert "1 visit gets a date" in page.text
    assert status_of(sqlite_database, visit)[0] == "booked"
    assert desk.send(f"{address}/all", **form(page, address)).headers["Location"] == f"/courses/{course}"
    assert status_of(sqlite_database, visit)[0] == "no_show"
    assert None not in days_of(sqlite_database, course)
    undone = desk.send(f"/visits/{visit}/came", version="2")
    assert undone.status_code == 400
    assert "has another visit by now" in undone.text


def test_a_no_show_that_was_none_stands_again_where_it_was(
    desk: Browser, sqlite_database: Database, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 2)
    address = f"/visits/{visit}"
    desk.send(f"{address}/missed", version="1")
    assert f'action="{address}/came"' in desk.get(address).text
    assert desk.send(f"{address}/came", version="1").status_code == 409
    assert desk.send(f"{address}/came", version="2").headers["Location"] == address
    assert status_of(sqlite_database, visit)[0] == "booked"
    assert desk.send(f"{address}/came", version="3").status_code == 400


def test_where_its_time_was_given_away_it_stays_missed(
    desk: Browser, sqlite_database: Database, world: World, course: str
) -> None:
    visit = visit_of(sqlite_database, course, 2)
    desk.send(f"/visits/{visit}/missed", version="1")
    under_way(sqlite_database, world, ("booked", -1), patient=1)
    answer = desk.send(f"/visits/{visit}/came", version="2")
    assert answer.status_code == 409
    assert "Somebody has that time now" in answer.text
    assert status_of(sqlite_database, visit)[0] == "no_show"


def test_what_lies_ahead_cannot_have_been_missed(desk: Browser, sqlite_database: Database, course: str) -> None:
    visit = visit_of(sqlite_database, course, 3)
    assert f"/visits/{visit}/missed" not in desk.get(f"/visits/{visit}").text
    for way in ("", "/rest"):
        answer = desk.send(f"/visits/{visit}/missed{way}", version="1")
        assert answer.status_code == 400
        assert re.search(r"lies ahead, on \d+ [A-Z][a-z]+ \d{4}:", answer.text)
    unseen = desk.send(f"/visits/{visit}/missed/all", version="1")
    assert unseen.status_code == 409
    whole = desk.send(f"/visits/{visit}/missed/all", version="1", seen=f"{visit}:1")
    assert (whole.status_code, "lies ahead" in whole.text) == (400, True)


def test_only_whoever_may_say_what_became_of_a_visit_may_mark_it(
    sqlite_database: Database, signed_in: Enter, course: str
) -> None:
    assistant, visit = signed_in("assistant"), visit_of(sqlite_database, course, 2)
    assert f"/visits/{visit}/missed" not in assistant.get(f"/visits/{visit}").text
    assert assistant.send(f"/visits/{visit}/missed", version="1").status_code == 403
    flow(sqlite_database.begin, visit, Status.NO_SHOW, version=1, actor=system("t"), now=NOW)
    assert f"/visits/{visit}/came" not in assistant.get(f"/visits/{visit}").text
