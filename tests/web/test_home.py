"""What goes with a course: exercises at home, printed for the patient, and what he was told to expect."""

import re

import pytest
from sqlalchemy import update

from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from tests.web.conftest import Browser
from tests.web.test_courses import book

SQUATS = {"0.name": "Squats", "0.sets": "3", "0.repetitions": "12", "0.days_a_week": "2", "0.tendon": "1"}
BRIDGE = {"2.name": "Bridge", "2.sets": "2", "2.repetitions": "8", "2.days_a_week": "7", "2.note": "slowly"}
EMPTY = {"1.name": "", "1.sets": "3", "1.repetitions": "10", "1.days_a_week": "3"}


@pytest.fixture
def course(admin: Browser) -> str:
    return str(book(admin).headers["Location"])


def version(admin: Browser, course: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', admin.get(f"{course}/home").text)
    assert found is not None
    return found[1]


def test_a_programme_is_kept_shown_and_printed_with_the_tendon_rule(admin: Browser, course: str) -> None:
    sent = admin.send(f"{course}/home", version=version(admin, course), **SQUATS, **EMPTY, **BRIDGE)
    assert sent.status_code == 303
    assert "3 × 12, on 2 days a week" in admin.get(course).text
    printed = admin.get(f"{course}/handout").text
    assert "<b>Squats</b>: 3 × 12, on 2 days a week" in printed
    assert "<b>Bridge</b>: 2 × 8, on 7 days a week. slowly" in printed
    assert "above 5 stop" in printed
    admin.send(f"{course}/home", version=version(admin, course), **BRIDGE)
    printed = admin.get(f"{course}/handout").text
    assert "Squats" not in printed
    assert "above 5 stop" not in printed


def test_the_handout_gives_it_in_the_patients_language(admin: Browser, course: str, sqlite_database: Database) -> None:
    admin.send(f"{course}/home", version=version(admin, course), **SQUATS)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(language="de"))
    printed = admin.get(f"{course}/handout").text
    assert "Übungen zu Hause" in printed
    assert "3 × 12, an 2 Tagen in der Woche" in printed
    assert "Linderung ist möglich" in admin.get(f"{course}/home").text


@pytest.mark.parametrize(("field", "value"), [("sets", "many"), ("sets", "0"), ("days_a_week", "8")])
def test_what_is_no_exercise_is_refused_at_its_field(admin: Browser, course: str, field: str, value: str) -> None:
    refused = admin.send(f"{course}/home", version=version(admin, course), **{**SQUATS, f"0.{field}": value})
    assert refused.status_code == 400
    assert f'id="0.{field}-fault"' in refused.text
    assert 'value="Squats"' in refused.text


def test_who_acknowledged_what_to_expect_is_kept_with_when_and_by_whom(admin: Browser, course: str) -> None:
    assert "Not yet told what to expect." in admin.get(course).text
    assert "usually short-term" in admin.get(f"{course}/home").text
    told = admin.send(f"{course}/expectations", version=version(admin, course), acknowledged_by="Ada Adler")
    assert told.status_code == 303
    assert "Acknowledged by Ada Adler, Fri 20 Nov, 10:00; told by " in admin.get(course).text


def test_an_acknowledgement_without_a_name_is_refused(admin: Browser, course: str) -> None:
    refused = admin.send(f"{course}/expectations", version=version(admin, course), acknowledged_by=" ")
    assert refused.status_code == 400
    assert 'id="acknowledged_by-fault"' in refused.text


def test_two_people_at_one_programme_are_told(admin: Browser, course: str) -> None:
    seen = version(admin, course)
    admin.send(f"{course}/home", version=seen, **SQUATS)
    assert admin.send(f"{course}/home", version=seen, **BRIDGE).status_code == 409
