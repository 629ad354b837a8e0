"""A small card with the next visits, for whom nothing else reaches."""

from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from tests.web.conftest import Browser
from tests.world import ACTOR, NOW, World, at, needling, single


def test_a_card_says_when_where_and_when_to_get_help_in_the_patients_language(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(language="de"))
        new = single(world, needling(world, at("2026-11-23", 10)))
        apply(unit, (Book(new),), actor=ACTOR, now=NOW)
    assert "/patients/patient1/card" in desk.get("/patients/patient1").text
    page = desk.get("/patients/patient1/card").text
    for said in ('lang="de"', "Montag, 23. November 2026", "Lindenweg 4, Berlin", "+49 30 555 0100", "112"):
        assert said in page
    assert "Adler" not in page


def test_who_lives_by_another_clock_is_told_both_times(desk: Browser, sqlite_database: Database, world: World) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(language="fr", tz="Europe/London"))
        apply(unit, (Book(single(world, needling(world, at("2026-11-23", 10)))),), actor=ACTOR, now=NOW)
    page = desk.get("/patients/patient1/card").text
    assert "10:00</b> (09:00 à votre heure, Londres)" in page


def test_without_a_visit_it_says_so(desk: Browser) -> None:
    assert "No appointment is booked." in desk.get("/patients/patient1/card").text


def test_the_visit_says_where_nobody_is_written_to(desk: Browser, sqlite_database: Database, world: World) -> None:
    with sqlite_database.begin() as unit:
        new = single(world, needling(world, at("2026-11-23", 10)))
        (visit,) = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits
    assert "A letter to the patient goes out at" in desk.get(f"/visits/{visit}").text
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(channel="paper"))
    assert "No mail goes to this patient: call, or hand out a card" in desk.get(f"/visits/{visit}").text
