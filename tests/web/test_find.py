from html import unescape
from urllib.parse import quote

import pytest

from clinic.db.unit import Database
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.web.actions import ACTIONS
from tests.web.conftest import Browser, Clock
from tests.web.routes import ROUTES
from tests.world import ACTOR, NOW, World, at, build, needling, single

OPTIONS = {"X-Fragment": "1"}


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    world = build(sqlite_database)
    with sqlite_database.begin() as unit:
        apply(unit, [Book(single(world, needling(world, at("2026-11-24", 10))))], actor=ACTOR, reason="", now=NOW)
    return world


def options(browser: Browser, typed: str) -> str:
    answer = browser.post("/find", data={"csrf_token": browser.token(), "q": typed}, headers=OPTIONS)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_before_anything_is_typed_it_says_what_can_be_done(desk: Browser) -> None:
    page = desk.get("/find").text
    assert "New course" in page
    assert 'href="/visits/new"' in page
    assert "Adler" not in page.partition("<main")[2]


def test_a_patient_is_found_with_birth_date_and_next_visit(desk: Browser) -> None:
    for typed in ("adl ada", "adlre", "1.3.1980", "01031980"):
        found = options(desk, typed)
        assert "born 1 Mar 1980" in found, typed
        assert 'data-href="/patients/patient1"' in found
    assert "Tue 24 Nov, 10:00" in options(desk, "adler1")
    assert 'data-href="/patients/patient1"' in options(desk, "030 555 0123")


@pytest.mark.parametrize("typed", ["24.11.", "24 nov", "tue", "2026-11-24"])
def test_a_day_is_found_by_its_date_or_name_with_who_comes(desk: Browser, typed: str) -> None:
    found = options(desk, typed)
    assert "Tuesday 24 November 2026" in found
    assert "1 visit" in found
    assert "/day/2026-11-24" in found
    assert "Tue 24 Nov, 10:00" in found


def test_a_day_with_a_name_finds_whose_visits_are_then(desk: Browser) -> None:
    assert "Tue 24 Nov, 10:00" in options(desk, "tue ada")
    assert "Tue 24 Nov, 10:00" not in options(desk, "tue adler2")
    assert "Tue 24 Nov, 10:00" not in options(desk, "wed ada")


def test_a_therapist_leads_to_the_first_free_time(desk: Browser, world: World) -> None:
    assert "/visits/new?therapist=staff1" in options(desk, "lind")
    assert "staff" not in options(desk, "zzzz")


def test_an_action_is_found_by_any_of_its_words(desk: Browser) -> None:
    assert 'data-href="/courses/new"' in options(desk, "course")
    assert 'data-href="/visits/new"' in options(desk, "first free")
    assert "Nothing is called that" in options(desk, "zzzz qqqq")


def test_what_somebody_may_not_do_is_not_offered(world: World, signed_in) -> None:  # type: ignore[no-untyped-def]
    assistant = signed_in("assistant")
    found = options(assistant, "")
    assert "New course" not in found
    assert "Patients" in found
    assert "staff1" not in options(assistant, "lind")


def test_who_may_not_read_patients_finds_none(desk: Browser, sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.exec_driver_sql("DELETE FROM role_permission WHERE permission = 'patient.read'")
    assert "Adler" not in options(desk, "adler1")
    assert "24 Nov, 10:00" not in options(desk, "tue")


def test_every_action_leads_somewhere_with_the_permission_it_names() -> None:
    public = {"/": "board.read"}
    for one in ACTIONS:
        assert public.get(one.href, ROUTES[f"GET {one.href}"]) == one.permission


def test_fields_say_what_was_typed_in_a_header(desk: Browser) -> None:
    found = desk.get("/patients/find", headers={"X-Typed": quote("Adler2"), **OPTIONS}).text
    assert "patient2" in found
    assert "patient1" not in found
    assert "No patient is called that" in desk.get("/patients/find").text


def test_a_page_without_scripts_lists_links(desk: Browser) -> None:
    page = desk.send("/find", q="adler1").text.partition("<main")[2]
    assert 'href="/patients/patient1"' in page
    assert 'value="adler1"' in page
