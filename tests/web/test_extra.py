"""A single visit with what it needs beyond the usual: more minutes, an interpreter."""

import re

import pytest
from werkzeug.test import TestResponse

from clinic.db.messages import tasks
from clinic.db.patients.relatives import relate
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.patients.relatives import Relation
from clinic.domain.time import TICK_MINUTES
from tests.web.conftest import Browser
from tests.web.test_visits import ASKED, book, hidden, times
from tests.world import World


def made(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def minutes(database: Database, visit: str) -> int:
    with database.read() as unit:
        found = loads.visit(unit.connection, visit)
    return (found.ends - found.starts) * TICK_MINUTES


def test_extra_minutes_make_one_visit_longer_and_no_other(admin: Browser, sqlite_database: Database) -> None:
    longer = made(book(admin, extra_minutes="20"))
    usual = made(book(admin, date="2026-12-07"))
    assert minutes(sqlite_database, longer) == minutes(sqlite_database, usual) + 20


def test_a_time_that_is_kept_becomes_the_longer_visit(admin: Browser, sqlite_database: Database) -> None:
    asked = {**ASKED, "extra_minutes": "15", "interpreter": "Polish"}
    page = admin.send("/visits/new", **asked)
    assert hidden(page, "interpreter") == "Polish"
    kept = admin.send("/visits/kept", **asked, start=times(page)[0]).get_json()["kept"]
    taken = admin.send("/visits", **asked, start=times(page)[0], kept=kept, key="k")
    assert made(taken) == kept
    assert minutes(sqlite_database, kept) == 30 + 15
    with sqlite_database.read() as unit:
        assert tasks.count(unit.connection) == 1


def test_an_interpreter_is_a_task_and_stands_on_the_visit(admin: Browser, sqlite_database: Database) -> None:
    visit = made(book(admin, interpreter="Polish"))
    assert "Polish, not booked yet" in admin.get(f"/visits/{visit}").text
    listed = admin.get("/tasks").text
    assert "An interpreter is needed for a visit" in listed
    assert "Needed: an interpreter for Polish." in listed
    with sqlite_database.read() as unit:
        [line] = tasks.of_visit(unit.connection, visit)
    admin.send(f"/tasks/{line.public_id}/done", note="Ms Nowak", key="k")
    panel = admin.get(f"/visits/{visit}").text
    assert "<dd>Polish</dd>" in panel
    other = made(book(admin, date="2026-12-07"))
    assert "Interpreter" not in admin.get(f"/visits/{other}").text


def test_a_time_that_is_given_twice_has_its_interpreter_too(admin: Browser, sqlite_database: Database) -> None:
    made(book(admin))
    asked = {**ASKED, "patient": "patient2", "therapist": "staff1", "interpreter": "Farsi"}
    twice = made(admin.send("/visits/overbook", **asked, at="09:00", why="Acute", key="o"))
    assert "Farsi, not booked yet" in admin.get(f"/visits/{twice}").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("extra_minutes", "many", "Extra minutes must be a whole number"),
        ("extra_minutes", "121", "Extra minutes must lie between 0 and 120"),
        ("interpreter", "x" * 65, "Interpreter has 65 characters"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(admin: Browser, field: str, value: str, says: str) -> None:
    assert says in admin.send("/visits/new", **{**ASKED, field: value}).text
    assert admin.send("/visits", **{**ASKED, field: value}, start="1|staff1|room1", key="k").status_code == 400


def test_a_time_beside_a_relatives_visit_is_named_and_chosen(
    admin: Browser, world: World, sqlite_database: Database
) -> None:
    made(book(admin, patient="patient2", date="2026-11-24"))
    assert "Back to back" not in admin.send("/visits/new", **ASKED).text
    with sqlite_database.begin() as unit:
        relate(unit.connection, Relation(world.patients[0], world.patients[1], True))
    page = admin.send("/visits/new", **ASKED).text
    chosen = re.search(r"checked[^>]*><span>.*?</span>", page, re.DOTALL)
    assert chosen is not None
    assert "Back to back with Ada Adler2." in chosen[0]
