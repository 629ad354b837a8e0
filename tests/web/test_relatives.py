"""The relatives of a patient, and when the patient can come."""

import re

import pytest
from werkzeug.test import TestResponse

from clinic.db.patients import relatives, times
from clinic.db.unit import Database
from clinic.domain.patients.preferences import Availability
from tests.web.conftest import Browser
from tests.world import World

KIN = "/patients/patient1/relatives"
TIMES = "/patients/patient1/times"


def version(page: TestResponse) -> str:
    return re.findall(r'name="version" value="([^"]*)"', page.text)[0]


def beside(database: Database, patient_id: int = 1) -> tuple[int, ...]:
    with database.read() as unit:
        return tuple(relatives.beside(unit.connection, patient_id))


def available(database: Database) -> Availability:
    with database.read() as unit:
        return times.availability(unit.connection, 1)


def relate(desk: Browser, **fields: str) -> TestResponse:
    return desk.send(KIN, **{"version": version(desk.get(KIN)), **fields})


def test_a_relative_is_found_added_and_shown_on_both_records(desk: Browser, sqlite_database: Database) -> None:
    assert "No relative is known" in desk.get(KIN).text
    found = relate(desk, q="adler2", back_to_back="1")
    assert (found.status_code, 'value="patient2"' in found.text) == (200, True)
    added = relate(desk, patient="patient2", back_to_back="1")
    assert (added.status_code, added.location) == (303, KIN)
    assert beside(sqlite_database) == (2,)
    assert "Visits back to back" in desk.get(KIN).text
    for one, other in (("patient1", "Adler2"), ("patient2", "Adler1")):
        page = desk.get(f"/patients/{one}").text
        assert (other in page, "Visits back to back" in page) == (True, True)


def test_the_wish_is_taken_back_and_the_relative_removed(desk: Browser, sqlite_database: Database) -> None:
    relate(desk, patient="patient2", back_to_back="1")
    relate(desk, patient="patient2")
    assert beside(sqlite_database) == ()
    page = desk.get(KIN)
    assert ("Visits apart" in page.text, "Book back to back" in page.text) == (True, True)
    assert desk.send(f"{KIN}/patient2/remove", version=version(page)).status_code == 303
    assert "No relative is known" in desk.get(KIN).text


def test_himself_a_stranger_and_an_old_version_are_told(desk: Browser) -> None:
    himself = relate(desk, patient="patient1")
    assert (himself.status_code, "nobody is a relative of himself" in himself.text) == (400, True)
    stranger = relate(desk, patient="nobody")
    assert (stranger.status_code, "There is no such patient" in stranger.text) == (400, True)
    assert relate(desk, patient="patient2", version="9").status_code == 409
    assert desk.send("/patients/nobody/relatives", patient="patient2", version="1").status_code == 404


def test_weekly_hours_and_days_away_are_kept_and_shown(desk: Browser, sqlite_database: Database) -> None:
    page = desk.get(TIMES)
    form = {
        "version": version(page),
        "weekday": ["0", "3", ""],
        "from": ["09:00", "", ""],
        "until": ["12:30", "", ""],
        "first": ["2026-12-01", "2027-01-04", ""],
        "last": ["2026-12-03", "", ""],
    }
    assert desk.send(TIMES, **form).status_code == 303
    record = desk.get("/patients/patient1").text
    assert "Monday 09:00–12:30; Thursday 00:00–24:00" in record
    assert "1 Dec to 3 Dec 2026; 4 Jan 2027" in record
    again = desk.get(TIMES)
    assert again.text.count('name="weekday"') == 3
    rows = re.findall(r'name="(?:from|until|first|last)" value="([^"]+)"', again.text)
    assert rows == ["09:00", "12:30", "2026-12-01", "2026-12-03", "2027-01-04", "2027-01-04"]
    assert desk.send(TIMES, version=version(again)).status_code == 303
    assert available(sqlite_database) == Availability()


def test_another_row_is_shown_without_saving(desk: Browser, sqlite_database: Database) -> None:
    form = {"version": "1", "weekday": ["0"], "from": ["09:00"], "until": [""], "more": "1"}
    page = desk.send(TIMES, **form)
    assert (page.status_code, page.text.count('name="weekday"')) == (200, 2)
    assert available(sqlite_database) == Availability()


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"weekday": ["0"], "from": ["12:00"], "until": ["09:00"]}, "hours"),
        ({"weekday": [""], "from": ["12:00"], "until": ["13:00"]}, "hours"),
        ({"weekday": ["0"], "from": ["noon"], "until": [""]}, "hours"),
        ({"weekday": ["0", "0"], "from": ["09:00", "10:00"], "until": ["", ""]}, "hours"),
        ({"first": ["2026-12-03"], "last": ["2026-12-01"]}, "away"),
        ({"first": ["soon"], "last": [""]}, "away"),
    ],
)
def test_wrong_times_come_back_as_they_were(desk: Browser, changed: dict[str, list[str]], part: str) -> None:
    answer = desk.send(TIMES, version="1", **changed)
    assert answer.status_code == 400
    assert f'href="#{part}"' in answer.text
    values = [value for name, column in changed.items() if name != "weekday" for value in column if value]
    assert all(f'value="{value}"' in answer.text for value in values)


def test_who_may_only_read_is_led_to_neither(world: World, signed_in) -> None:  # type: ignore[no-untyped-def]
    helper = signed_in("assistant")
    page = helper.get("/patients/patient1").text
    assert (KIN in page, TIMES in page) == (False, False)
    assert helper.get(KIN).status_code == helper.get(TIMES).status_code == 403


def test_who_may_act_for_a_patient_is_noted_and_may_sign(desk: Browser) -> None:
    relate(desk, patient="patient2")
    assert "Nobody is noted who may sign" in desk.get("/patients/patient1/consents").text
    noted = desk.send(f"{KIN}/patient2/proxy", version=version(desk.get(KIN)), acts="1")
    assert (noted.status_code, noted.location) == (303, KIN)
    assert "May act and sign for the patient" in desk.get(KIN).text
    assert "May sign for the patient: Ada Adler2." in desk.get("/patients/patient1/consents").text
    signed = {"modality": "dry-needling", "lung_risk": "1", "capacity": "proxy"}
    refused = desk.send("/patients/patient1/consents", **signed, given_by="Bea Adler")
    assert (refused.status_code, "nobody of this name may act" in refused.text) == (400, True)
    assert desk.send("/patients/patient1/consents", **signed, given_by="Ada Adler2").status_code == 303
