"""Before needling: what is asked and signed, what is open, and the start with needling or without."""

import re
from datetime import date

import pytest

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.care.screening import Answers, Degree
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.services.apply import apply
from clinic.services.visits.flow import flow
from tests.cared import consented, ready, screened
from tests.web.conftest import Browser, Clock, Enter
from tests.web.test_courses import WISHES
from tests.world import ACTOR, NOW, World, at, needling, single

START = at("2026-11-20", 10)


@pytest.fixture
def visit(sqlite_database: Database, world: World) -> str:
    """It has arrived."""
    with sqlite_database.begin() as unit:
        new = single(world, needling(world, START))
        public_id = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]
    flow(sqlite_database.begin, public_id, Status.ARRIVED, version=1, actor=ACTOR, now=NOW)
    return public_id


def found(database: Database, public_id: str) -> tuple[Status, bool]:
    with database.read() as unit:
        visit = loads.visit(unit.connection, public_id)
    return visit.status, visit.needles


def test_a_visit_goes_from_the_questions_over_the_signature_to_its_start(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    address = f"/visits/{visit}"
    assert "No valid consent" in therapist.get(address).text
    assert therapist.send(f"{address}/start", version="2", needling="1").status_code == 422
    asked = therapist.get(f"/patients/patient1/screening?visit={visit}")
    assert asked.status_code == 200
    assert "Do you have epilepsy?" in asked.text
    told = therapist.send("/patients/patient1/screening", version="0", visit=visit, diabetes="steady", key="k1")
    assert told.headers["Location"] == f"{address}/check"
    page = therapist.get(f"{address}/check").text
    assert "Nobody has asked today" in page
    assert "Mind the patient" in page
    today = {"changed": "0", "soreness": "0", "settled": "1"}
    assert therapist.send(f"{address}/check", version="1", **today).status_code == 303
    assert therapist.get("/patients/patient1/consents").status_code == 200
    signed = {"modality": "dry-needling", "lung_risk": "1", "capacity": "patient", "way": "screen"}
    assert therapist.send("/patients/patient1/consents", given_by="Ada Adler1", **signed).status_code == 303
    assert "No valid consent" not in therapist.get(f"{address}/check").text
    assert therapist.send(f"{address}/start", version="2", needling="1").headers["Location"] == f"{address}/record"
    assert "not signed yet" in therapist.get(address).text
    assert found(sqlite_database, visit) == (Status.IN_SESSION, True)


def test_a_visit_starts_without_its_needling_whatever_is_open(
    therapist: Browser, sqlite_database: Database, visit: str
) -> None:
    assert therapist.send(f"/visits/{visit}/start", version="2", needling="0").status_code == 303
    assert found(sqlite_database, visit) == (Status.IN_SESSION, False)


def test_the_start_asks_for_a_reason_where_a_rule_does(
    therapist: Browser, sqlite_database: Database, world: World, visit: str
) -> None:
    ready(sqlite_database, world.patients[0])
    screened(sqlite_database, world.patients[0], Answers(bleeding=True))
    address = f"/visits/{visit}"
    therapist.send(f"{address}/check", version="2", changed="0", soreness="0", settled="1")
    page = therapist.send(f"{address}/start", version="2", needling="1")
    assert page.status_code == 422
    assert 'name="reason"' in page.text
    said = {"needling": "1", "reason": "Her physician agrees"}
    assert therapist.send(f"{address}/start", version="2", **said).status_code == 303
    assert "Her physician agrees" in therapist.get(address).text


def test_what_changed_is_corrected_first_and_a_bad_answer_is_shown_again(
    therapist: Browser, sqlite_database: Database, world: World, visit: str
) -> None:
    screened(sqlite_database, world.patients[0])
    again = therapist.send(f"/visits/{visit}/check", version="1", changed="1", soreness="0", settled="1")
    assert (again.status_code, "correct the answers first" in again.text) == (400, True)
    assert therapist.send(f"/visits/{visit}/check", version="1", changed="0", soreness="eleven").status_code == 400
    assert therapist.send(f"/visits/{visit}/check", version="7", changed="0", soreness="0").status_code == 409
    bad = therapist.send("/patients/patient1/screening", version="1", due_on="soon", implants="knee")
    assert (bad.status_code, "cannot be read" in bad.text) == (400, True)
    assert 'value="knee" checked' in bad.text
    assert therapist.send("/patients/patient1/screening", version="0").status_code == 409


def test_a_consent_is_taken_back_and_the_visits_that_wait_are_listed(
    therapist: Browser, sqlite_database: Database, world: World, visit: str
) -> None:
    consented(sqlite_database, world.patients[0])
    with sqlite_database.read() as unit:
        ids = [row[0] for row in unit.connection.exec_driver_sql("SELECT public_id FROM consent ORDER BY kind")]
    address = f"/patients/patient1/consents/{ids[0]}/withdraw"
    assert therapist.send(address, version="1", withdrawn_by=" ").status_code == 400
    page = therapist.send(address, version="1", withdrawn_by="Ada Adler1")
    assert page.status_code == 200
    assert re.search(rf'href="/visits/{visit}">[A-Z][a-z]+ \d+ [A-Z][a-z]+, \d\d:\d\d<', page.text)
    assert "Taken back on" in therapist.get("/patients/patient1/consents").text
    assert therapist.send(address, version="2", withdrawn_by="Ada Adler1").status_code == 409
    assert therapist.send("/patients/patient2/consents/" + ids[1] + "/withdraw", version="1").status_code == 400
    other = therapist.send("/patients/patient2/consents/" + ids[1] + "/withdraw", version="1", withdrawn_by="X")
    assert other.status_code == 404
    assert "Needling of a visit is on hold" in therapist.get("/tasks").text


@pytest.mark.parametrize(
    "wrong", [{"capacity": "friend"}, {"modality": "exercise"}, {"given_by": ""}, {"lung_risk": None}, {"regions": "?"}]
)
def test_a_signature_that_lacks_something_is_shown_again(therapist: Browser, wrong: dict[str, str | None]) -> None:
    signed: dict[str, str | None] = {"modality": "dry-needling", "lung_risk": "1", "given_by": "Ada"} | wrong
    sent = {name: value for name, value in signed.items() if value is not None}
    assert therapist.send("/patients/patient1/consents", **sent).status_code == 400


def test_a_consent_has_the_day_of_the_practices_clock(world: World, clock: Clock, signed_in: Enter) -> None:
    clock.at = NOW.replace(hour=23, minute=30)  # half past midnight on the 21st in Berlin
    therapist = signed_in("therapist")
    signed = {"modality": "dry-needling", "lung_risk": "1", "given_by": "Ada Adler1"}
    therapist.send("/patients/patient1/consents", **signed)
    assert "21 Nov 2026" in therapist.get("/patients/patient1/consents").text


def test_a_patient_arrives_once(therapist: Browser, sqlite_database: Database, visit: str) -> None:
    assert therapist.send(f"/visits/{visit}/arrived", version="2", identified="1").status_code == 400


def test_the_desk_marks_an_arrival(therapist: Browser, sqlite_database: Database, world: World) -> None:
    with sqlite_database.begin() as unit:
        new = single(world, needling(world, START + 24))
        public_id = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]

    page = therapist.send(f"/visits/{public_id}/arrived", version="1")
    assert (page.status_code, 'id="identified-fault"' in page.text) == (400, True)
    assert therapist.send(f"/visits/{public_id}/arrived", version="1", identified="1").status_code == 303
    assert found(sqlite_database, public_id) == (Status.ARRIVED, True)


def test_an_assistant_neither_asks_nor_signs(world: World, signed_in: Enter, visit: str) -> None:
    assistant = signed_in("assistant")
    for address in ("/patients/patient1/screening", "/patients/patient1/consents", f"/visits/{visit}/check"):
        assert assistant.get(address).status_code == 403
    assert "/check" not in assistant.get(f"/visits/{visit}").text


def test_a_course_asks_for_its_reason_once_and_says_so_where_it_is_booked(
    world: World, sqlite_database: Database, signed_in: Enter
) -> None:
    admin = signed_in("admin")
    assert 'name="reason"' not in admin.send("/courses/preview", **WISHES).text
    screened(sqlite_database, world.patients[0], Answers(antithrombotics=True, diabetes=Degree.STEADY))
    shown = admin.send("/courses/preview", **WISHES).text
    assert (shown.count("medicine against clotting"), shown.count('name="reason"')) == (1, 1)
    assert shown.count("Mind the patient’s condition") + shown.count("Mind the patient&#39;s condition") == 1
    refused = admin.send("/courses", **WISHES)
    assert refused.status_code == 422
    assert "medicine against clotting" in refused.text
    assert (refused.text.count("medicine against clotting"), refused.text.count('name="reason"')) == (1, 1)
    booked = admin.send("/courses", **WISHES, reason="Her physician agrees")
    assert booked.status_code == 303


def test_what_forbids_a_course_is_said_before_anybody_tries_to_book_it(
    world: World, sqlite_database: Database, signed_in: Enter
) -> None:
    admin = signed_in("admin")
    screened(sqlite_database, world.patients[0], Answers(due_on=date(2027, 7, 20)))
    shown = admin.send("/courses/preview", **WISHES).text
    assert "The first three months of a pregnancy: no needling." in shown
    assert 'action="/courses"' not in shown
    assert admin.send("/courses", **WISHES).status_code == 422


def test_the_patient_answers_alone_on_the_tablet_in_his_own_language(
    therapist: Browser, sqlite_database: Database, world: World
) -> None:
    with sqlite_database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE patient SET language = 'de'")
    page = therapist.get("/patients/patient1/screening?tablet=1").text
    assert "Haben Sie Epilepsie?" in page
    assert "Fragen zu Ihrer Gesundheit" in page
    assert "Adler" not in page
    sent = therapist.send("/patients/patient1/screening", version="0", tablet="1", immune="1")
    assert "geben Sie das Tablet" in therapist.get(sent.headers["Location"]).text
    assert "Haben Sie Epilepsie?" in therapist.get("/patients/patient1/screening").text
    again = therapist.send("/patients/patient1/screening", version="1", tablet="1", due_on="bald")
    assert (again.status_code, "Fragen zu Ihrer Gesundheit" in again.text) == (400, True)
