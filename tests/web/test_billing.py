"""Who pays for a course, and what took place for whoever bills it."""

import csv
import re
from io import StringIO

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.tables.plans import plan_payer
from clinic.db.unit import Database
from tests.under_way import under_way
from tests.web.conftest import Browser, Enter
from tests.world import World

PERIOD = {"first": "2026-11-01", "until": "2026-12-31"}


def course(database: Database, world: World) -> str:
    return "/courses/" + under_way(database, world, ("done", -9), ("done", -5), ("booked", 3), None)


def pay(browser: Browser, path: str, **told: str) -> TestResponse:
    fields = dict(re.findall(r'name="(key|version)" value="([^"]*)"', browser.get(f"{path}/payer").text))
    return browser.send(f"{path}/payer", **fields, **told)


def rows(browser: Browser, **asked: str) -> list[dict[str, str]]:
    answer = browser.get("/billing/visits.csv", query_string={**PERIOD, **asked})
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def test_a_course_says_who_pays_and_what_is_left(desk: Browser, sqlite_database: Database, world: World) -> None:
    path = course(sqlite_database, world)
    assert "The patient, or not said" in desk.get(path).text
    assert (
        pay(desk, path, payer="Sick Fund", number="A-7", visits="6", authorised_until="2027-01-31").status_code == 303
    )
    page = desk.get(path).text
    assert "Sick Fund" in page
    assert "6 authorised: 2 used, 1 booked, 3 left, until 31 Jan 2027" in page
    assert "Sick Fund" in desk.get(f"{path}/payer").text
    assert pay(desk, path, payer="").status_code == 303
    with sqlite_database.read() as unit:
        assert unit.connection.execute(select(plan_payer)).all() == []
    assert "authorised:" not in desk.get(path).text


def test_what_is_wrong_is_said_at_its_field_and_an_old_form_is_stale(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    path = course(sqlite_database, world)
    for told, field in (
        ({"number": "A-7"}, "payer"),
        ({"payer": "Fund", "visits": "many"}, "visits"),
        ({"payer": "Fund", "authorised_until": "soon"}, "authorised_until"),
    ):
        answer = pay(desk, path, **told)
        assert answer.status_code == 400
        assert f'id="{field}-fault"' in answer.text
    fields = dict(re.findall(r'name="(key|version)" value="([^"]*)"', desk.get(f"{path}/payer").text))
    assert desk.send(f"{path}/payer", **fields, payer="Fund").status_code == 303
    assert desk.send(f"{path}/payer", **fields | {"key": "other"}, payer="Other").status_code == 409


def test_what_took_place_is_counted_by_payer(desk: Browser, sqlite_database: Database, world: World) -> None:
    pay(desk, course(sqlite_database, world), payer="Sick Fund")
    page = desk.get("/billing", query_string=PERIOD).text
    assert re.search(r"Sick Fund<small>1 patient</small></th><td[^>]*>2<", page)
    assert "No visit took place" in desk.get("/billing").text, "last month there was none"


def test_the_table_has_what_took_place_alone_and_its_handing_out_is_kept(
    desk: Browser, sqlite_database: Database, world: World
) -> None:
    pay(desk, course(sqlite_database, world), payer="Sick Fund", number="A-7")
    found = rows(desk, payer="Sick Fund")
    assert [each["Date"] for each in found] == ["2026-11-11", "2026-11-15"]
    assert {(each["Who pays"], each["Number of the authorisation"]) for each in found} == {("Sick Fund", "A-7")}
    assert rows(desk) == found
    assert rows(desk, payer="") == []
    with sqlite_database.read() as unit:
        kept = unit.connection.execute(select(audit.c.detail).where(audit.c.act == "visits.exported")).scalars().all()
    assert [each["visits"] for each in kept] == [2, 2, 0]


def test_a_name_that_would_be_computed_is_text(desk: Browser, sqlite_database: Database, world: World) -> None:
    course(sqlite_database, world)
    with sqlite_database.begin() as unit:
        unit.connection.execute(update(patient).values(family_name="=HYPERLINK(1)"))
    assert {each["Family name"] for each in rows(desk)} == {"'=HYPERLINK(1)"}


def test_a_period_that_is_none_is_refused(desk: Browser) -> None:
    for first, until in (("2026-12-01", "2026-11-01"), ("2020-01-01", "2026-01-01"), ("soon", "2026-11-01")):
        asked = {"first": first, "until": until}
        assert desk.get("/billing", query_string=asked).status_code == 400
        assert desk.get("/billing/visits.csv", query_string=asked).status_code == 400


def test_therapists_bill_nobody(signed_in: Enter) -> None:
    assert signed_in("therapist").get("/billing").status_code == 403
