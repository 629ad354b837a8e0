"""Patients out of a table: shown first, then taken on at once, and nobody twice."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from tests.web.conftest import Browser, Clock
from tests.world import NOW, build

TABLE = """Family name,Given names,Date of birth,Mail
Penn,Kim,1980-03-01,kim@example.org
Berg,Zoë,02/04/1990,
Wrong,,someday,
Berg,Zoe,2/4/1990,
"""


@pytest.fixture
def admin(sqlite_database: Database, clock: Clock, signed_in: Callable[[str], Browser]) -> Browser:
    clock.at = NOW
    build(sqlite_database)
    return signed_in("admin")


def upload(browser: Browser, table: str = TABLE, **fields: object) -> TestResponse:
    data = {"csrf_token": browser.token(), "file": (BytesIO(table.encode()), "people.csv"), **fields}
    return browser.post("/setup/patients", data=data, content_type="multipart/form-data")


def take(browser: Browser, shown: TestResponse, **fields: object) -> TestResponse:
    table = unescape(re.findall(r'name="table" value="([^"]*)"', shown.text)[0])
    return browser.send("/setup/patients/take", table=table, dates="day", **fields)


def count(database: Database) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(select(func.count()).select_from(patient)).scalar_one())


def test_a_table_is_shown_line_by_line_and_nothing_is_written(admin: Browser, sqlite_database: Database) -> None:
    assert admin.get("/setup/patients").status_code == 200
    before = count(sqlite_database)
    shown = upload(admin)
    assert shown.status_code == 200
    assert "Kim Penn" in shown.text
    assert "Birth date: year, month and day of a day that exists are needed" in shown.text
    assert "line 3" in shown.text, "the second of the namesakes is held against the first"
    assert count(sqlite_database) == before


def test_who_is_new_is_taken_on_once_and_the_trail_names_the_import(admin: Browser, sqlite_database: Database) -> None:
    before, shown = count(sqlite_database), upload(admin)
    for _ in range(2):
        assert take(admin, shown).headers["Location"] == "/patients"
    assert count(sqlite_database) == before + 2
    with sqlite_database.read() as unit:
        details = unit.connection.execute(select(audit.c.detail).where(audit.c.act == "imported")).scalars().all()
    assert len(details) == 2
    assert len({each["import"] for each in details}) == 1
    again = upload(admin).text
    assert "Nobody in the table is new" not in again, "a namesake can still be somebody else"
    assert re.search(r"Here already</dt><dd>2<", again)


def test_the_same_people_in_another_table_are_namesakes(admin: Browser, sqlite_database: Database) -> None:
    take(admin, upload(admin))
    before = count(sqlite_database)
    shown = upload(admin, TABLE.replace("Mail", "E-Mail"))
    assert shown.text.count('name="other"') == 3
    take(admin, shown)
    assert count(sqlite_database) == before
    take(admin, shown, other=["2", "x"])
    assert count(sqlite_database) == before + 1


def test_what_is_no_table_is_refused_and_only_who_runs_the_practice_takes_people_over(
    admin: Browser, signed_in: Callable[[str], Browser]
) -> None:
    assert upload(admin, "").status_code == 400
    assert upload(admin, "a,b\n1,2\n").status_code == 400
    assert admin.send("/setup/patients/take", table="").status_code == 400
    assert signed_in("front desk").get("/setup/patients").status_code == 403


def test_a_large_table_goes_there_and_back(admin: Browser, sqlite_database: Database) -> None:
    before = count(sqlite_database)
    lines = [f"Family {number},Given,1980-01-01" for number in range(1500)]
    table = "\n".join(["Family name,First name,Birth date,Address", *lines])
    assert "and 1400 more" in upload(admin, table).text
    wide = "\n".join([table, f",,,{'a' * 900_000}"])
    assert admin.send("/setup/patients/take", table=wide).status_code == 400, "it is read, and has too long a cell"
    assert admin.send("/setup/patients/take", table=table + "\n" + ",,,\n" * 200_000).status_code == 303
    assert count(sqlite_database) == before + 1500
