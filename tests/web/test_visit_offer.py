"""The letter that offers a time, and the page behind its link: taking it, leaving it, and coming too late."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.db.visits import freed, loads
from clinic.mail.page import read
from clinic.services.messages.seal import seal_due
from tests.waiting import LATER, TUESDAY, book, crowd, given_back, offer, sooner, state, statuses, wait
from tests.web.conftest import Browser, Clock
from tests.world import NOW, World


@pytest.fixture
def world(sqlite_database: Database, clock: Clock) -> World:
    clock.at = NOW
    made = crowd(sqlite_database)
    given_back(sqlite_database, made)
    with sqlite_database.begin() as unit:
        unit.connection.execute(obligation.delete())
    return made


def letters(database: Database, clock: Clock) -> list[str]:
    """What is written about offers now: the texts of the mails, oldest first."""
    seal_due(database.begin, database.read, url="", now=clock())
    with database.read() as unit:
        query = select(seal.c.payload).where(seal.c.uid.like("offer:%")).order_by(seal.c.id)
        return [read(payload).text for payload in unit.connection.execute(query).scalars()]


def links(texts: list[str]) -> list[str]:
    return [found for text in texts for found in re.findall(r"/w/[\w-]+", text)]


def form(client: Browser, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(path).text)
    return found[1] if found else "1"


def test_who_takes_the_time_has_it_and_the_other_is_told_kindly(
    client: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    later = book(sqlite_database, world, LATER, 1)
    entries = [sooner(sqlite_database, later), wait(sqlite_database, 2)]
    offer(sqlite_database, entries)
    texts = letters(sqlite_database, clock)
    assert "instead of your appointment on Tuesday 1 December, 10:00" in texts[0]
    assert "Please tell us here by Monday 23 November, 18:00 whether you take it" in texts[1]
    first, second = links(texts)
    page = client.get(first)
    assert page.status_code == 200
    assert "Tuesday 24 November 2026" in page.text
    assert "It would be instead of your appointment on Tuesday 1 December, 10:00." in page.text
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert client.send(f"{first}/take", version="1", key="k").headers["Location"] == first
    assert "This time is yours" in client.get(first).text
    with sqlite_database.read() as unit:
        assert loads.visit(unit.connection, later).starts == TUESDAY
    assert "Somebody else was a little faster this time." in client.get(second).text
    assert client.send(f"{second}/take", version="1").status_code == 400
    told = letters(sqlite_database, clock)[2:]
    assert [("Somebody else was a little faster" in each, "/w/" in each) for each in told] == [(True, False)]


def test_opening_the_link_changes_nothing(
    client: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    entry = wait(sqlite_database, 1)
    offer(sqlite_database, [entry])
    (link,) = links(letters(sqlite_database, clock))
    for _ in range(3):
        assert "Take this time" in client.get(link).text
    assert state(sqlite_database, entry) == "open"
    assert client.send(f"{link}/leave", version="1").status_code == 303
    assert "You left this time to somebody else." in client.get(link).text
    assert statuses(sqlite_database, world.patients[1]) == ["released"]


def test_an_offer_that_is_over_says_so(client: Browser, sqlite_database: Database, world: World, clock: Clock) -> None:
    offer(sqlite_database, [wait(sqlite_database, 1)])
    (link,) = links(letters(sqlite_database, clock))
    clock.at = NOW + timedelta(days=4)
    assert "This offer is over." in client.get(link).text
    assert client.send(f"{link}/take", version="1").status_code == 400


def test_a_form_of_another_state_is_not_believed(
    client: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    offer(sqlite_database, [wait(sqlite_database, 1)])
    (link,) = links(letters(sqlite_database, clock))
    answer = client.send(f"{link}/take", version="7")
    assert answer.status_code == 409
    assert "cannot be had any more" in answer.text


def test_a_link_that_nobody_has_leads_nowhere(client: Browser, world: World) -> None:
    assert client.get("/w/nothing").status_code == 404
    assert client.send("/w/nothing/take", version="1").status_code == 404


def test_the_page_speaks_the_patients_language(
    client: Browser, sqlite_database: Database, world: World, clock: Clock
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(language="fr", channel="text"))
    offer(sqlite_database, [wait(sqlite_database, 1)])
    seal_due(sqlite_database.begin, sqlite_database.read, url="", now=clock())
    with sqlite_database.read() as unit:
        payload = unit.connection.execute(select(seal.c.payload)).scalar_one().decode()
    (link,) = links([payload])
    assert "Un horaire s\\u2019est lib\\u00e9r\\u00e9" in payload
    assert "Prendre cet horaire" in client.get(link).text


def test_what_nobody_heard_of_is_not_spoken_of_again(sqlite_database: Database, world: World, clock: Clock) -> None:
    offer(sqlite_database, [wait(sqlite_database, 1)])
    clock.at = NOW + timedelta(days=4)
    assert letters(sqlite_database, clock) == []
    with sqlite_database.read() as unit:
        assert freed.offers(unit.connection, 1)[0].told is False
