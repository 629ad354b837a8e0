"""What goes with a course: exercises at home, printed for the patient, and what he was told to expect."""

import re

import pytest
from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from tests.web.conftest import Browser
from tests.web.test_courses import book
from tests.world import World

SQUATS = {"0.name": "Squats", "0.sets": "3", "0.repetitions": "12", "0.days_a_week": "2", "0.tendon": "1"}
BRIDGE = {"2.name": "Bridge", "2.sets": "2", "2.repetitions": "8", "2.days_a_week": "7", "2.note": "slowly"}
EMPTY = {"1.name": "", "1.sets": "3", "1.repetitions": "10", "1.days_a_week": "3"}


@pytest.fixture
def desk(world: World, signed_in) -> Browser:  # type: ignore[no-untyped-def]
    return signed_in("admin")


@pytest.fixture
def course(desk: Browser) -> str:
    return str(book(desk).headers["Location"])


def version(desk: Browser, course: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', desk.get(f"{course}/home").text)
    assert found is not None
    return found[1]


def test_a_programme_is_kept_shown_and_printed_with_the_tendon_rule(desk: Browser, course: str) -> None:
    sent = desk.send(f"{course}/home", version=version(desk, course), **SQUATS, **EMPTY, **BRIDGE)
    assert sent.status_code == 303
    assert "3 × 12, on 2 days a week" in desk.get(course).text
    printed = desk.get(f"{course}/handout").text
    assert "<b>Squats</b>: 3 × 12, on 2 days a week" in printed
    assert "<b>Bridge</b>: 2 × 8, on 7 days a week. slowly" in printed
    assert "above 5 stop" in printed
    desk.send(f"{course}/home", version=version(desk, course), **BRIDGE)
    printed = desk.get(f"{course}/handout").text
    assert "Squats" not in printed
    assert "above 5 stop" not in printed


def test_the_handout_gives_it_in_the_patients_language(desk: Browser, course: str, sqlite_database: Database) -> None:
    desk.send(f"{course}/home", version=version(desk, course), **SQUATS)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(language="de"))
    printed = desk.get(f"{course}/handout").text
    assert "Übungen zu Hause" in printed
    assert "3 × 12, an 2 Tagen in der Woche" in printed
    assert "Linderung ist möglich" in desk.get(f"{course}/home").text


@pytest.mark.parametrize(("field", "value"), [("sets", "many"), ("sets", "0"), ("days_a_week", "8")])
def test_what_is_no_exercise_is_refused_at_its_field(desk: Browser, course: str, field: str, value: str) -> None:
    refused = desk.send(f"{course}/home", version=version(desk, course), **{**SQUATS, f"0.{field}": value})
    assert refused.status_code == 400
    assert f'id="0.{field}-fault"' in refused.text
    assert 'value="Squats"' in refused.text


def test_who_acknowledged_what_to_expect_is_kept_with_when_and_by_whom(desk: Browser, course: str) -> None:
    assert "Not yet told what to expect." in desk.get(course).text
    assert "usually short-term" in desk.get(f"{course}/home").text
    told = desk.send(f"{course}/expectations", version=version(desk, course), acknowledged_by="Ada Adler")
    assert told.status_code == 303
    assert "Acknowledged by Ada Adler, Fri 20 Nov, 10:00; told by " in desk.get(course).text


def test_an_acknowledgement_without_a_name_is_refused(desk: Browser, course: str) -> None:
    refused = desk.send(f"{course}/expectations", version=version(desk, course), acknowledged_by=" ")
    assert refused.status_code == 400
    assert 'id="acknowledged_by-fault"' in refused.text


def test_two_people_at_one_programme_are_told(desk: Browser, course: str) -> None:
    seen = version(desk, course)
    desk.send(f"{course}/home", version=seen, **SQUATS)
    assert desk.send(f"{course}/home", version=seen, **BRIDGE).status_code == 409
