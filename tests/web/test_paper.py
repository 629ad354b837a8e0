"""What the desk prints or reads off: each therapist's day, and whom to call."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.services.apply import apply
from tests.web.conftest import Browser, Clock
from tests.world import ACTOR, NOW, World, at, build, needling, single

DAY = "2026-11-23"


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    world = build(sqlite_database)
    with sqlite_database.begin() as unit:
        for who, hour in enumerate((10, 11)):
            new = single(world, needling(world, at(DAY, hour), staff=who, room=who), patient=who)
            apply(unit, (Book(new),), actor=ACTOR, now=NOW)
    return world


def tell(database: Database, world: World, who: int, **changed: object) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(patient).where(patient.c.id == world.patients[who]).values(changed))


def answer(database: Database, **changed: object) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(appointment).values(changed))


def test_each_therapist_has_a_page_with_his_visits_and_room_for_notes(desk: Browser) -> None:
    page = desk.get(f"/day/{DAY}/sheets").text
    assert page.count('class="leaf') == 2
    assert len(re.findall(r"<h1 id=", page)) == 2
    assert "10:00–10:45" in page
    assert "1 visit<" in page
    assert page.count("born ") == 2


def test_what_is_only_held_or_pencilled_is_marked_and_what_is_cancelled_left_out(
    desk: Browser, sqlite_database: Database
) -> None:
    answer(sqlite_database, status=Status.PENCILLED.value)
    assert desk.get(f"/day/{DAY}/sheets").text.count("(not certain)") == 2
    answer(sqlite_database, status=Status.CANCELLED.value)
    assert "There are no visits on this day" in desk.get(f"/day/{DAY}/sheets").text


def test_a_language_that_is_not_english_is_named(desk: Browser, sqlite_database: Database, world: World) -> None:
    tell(sqlite_database, world, 0, language="tr")
    assert "Turkish" in desk.get(f"/day/{DAY}/sheets?location=loc1").text


def test_todays_sheets_have_an_address_of_their_own(desk: Browser) -> None:
    assert desk.get("/sheets").headers["Location"] == "/day/2026-11-20/sheets"


def test_a_day_or_a_place_that_is_none_is_not_found(desk: Browser) -> None:
    for path in ("/day/never/sheets", "/day/1066-01-01/sheets", f"/day/{DAY}/sheets?location=none", "/calls?on=x"):
        assert desk.get(path).status_code == 404, path


def test_calls_are_about_the_next_day_with_visits_and_name_the_reason(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    good = {"channel": "mail", "email": "a@example.org", "email_state": "good"}
    for who in (0, 1):
        tell(sqlite_database, world, who, **good)
    assert "Nobody needs a call" in desk.get("/calls").text
    assert "Monday 23 November 2026" in desk.get("/calls").text
    for changed, why in (
        ({"email_state": "bad"}, "mails come back"),
        ({"email": None}, "no address"),
        ({"channel": "paper"}, "wants no letters"),
    ):
        tell(sqlite_database, world, 0, **{**good, **changed})
        assert why in desk.get("/calls").text
    tell(sqlite_database, world, 0, **good)
    for said, why in (("declined", "declined by mail"), ("tentative", "answered: perhaps")):
        answer(sqlite_database, answer=said)
        assert desk.get("/calls").text.count(why) == 2


def test_everybody_who_has_not_confirmed_is_listed_where_that_is_asked(
    desk: Browser, sqlite_database: Database
) -> None:
    assert desk.get("/calls?all=1").text.count("<tr>") == 3
    answer(sqlite_database, status="confirmed")
    assert "Nobody needs a call" in desk.get("/calls?all=1").text


def test_without_a_location_there_is_nothing_to_print(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    assert admin.get("/calls").status_code == 404
    assert admin.get("/sheets").status_code == 303
