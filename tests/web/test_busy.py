"""Own calendars on screen: added by address or file, their state in words, removed; each sees his own."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from clinic.calendars.fetching import Fetched, Marks
from clinic.db.practice import busy as stored
from clinic.db.tables.access import account as accounts
from clinic.db.tables.messages import task
from clinic.db.tables.practice import staff
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.services.practice.busy_reading import read_due
from tests.db.own_calendars import ics
from tests.web.conftest import Browser, Clock
from tests.world import NOW, at

PAGE, URL = "/staff/staff1/busy", "https://calendar.example.org/private-7f3/basic.ics"
TEN = at("2026-11-23", 10)
HOUR = ics((TEN, TEN + 12))


def add(browser: Browser, **changed: str) -> str:
    answer = browser.send(PAGE, **{"name": "Family", "address": URL, "key": "k1", **changed})
    assert (answer.status_code, answer.headers.get("Location")) == (303, PAGE), answer.text
    return browser.get(PAGE).text


def upload(browser: Browser, name: str, data: bytes) -> TestResponse:
    """A file as a browser sends it, from memory: the test client would leave one on disk open."""
    fields = {"csrf_token": browser.token(), "file_name": name, "key": "k1"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    head = "".join(parts) + '--x\r\nContent-Disposition: form-data; name="file"; filename="a.ics"\r\n\r\n'
    body = head.encode() + data + b"\r\n--x--\r\n"
    return browser.post(f"{PAGE}/file", data=body, content_type="multipart/form-data; boundary=x")


def read(database: Database, answer: bytes | Invalid | None, hours: int = 0) -> None:
    """What the worker reads so much later."""

    def fetch(_address: str, _marks: Marks) -> Fetched:
        if isinstance(answer, Invalid):
            raise answer
        return Fetched(answer, Marks())

    assert (
        read_due(
            database.begin, database.read, fetch=fetch, now=lambda: NOW + timedelta(hours=hours), jitter=lambda: 0.5
        )
        == 1
    )


def test_an_address_is_added_read_and_shown_without_its_secret(admin: Browser, sqlite_database: Database) -> None:
    assert "No own calendar is read." in admin.get(PAGE).text
    page = add(admin)
    assert "Not read yet." in page
    assert "calendar.example.org · 0 busy times in the next four weeks" in page
    assert "private-7f3" not in page
    read(sqlite_database, HOUR)
    page = admin.get(PAGE).text
    assert "Read Fri 20 Nov, 10:00, again about Fri 20 Nov, 10:15." in page
    assert "1 busy time in the next four weeks" in page
    board = admin.get("/day/2026-11-23").text
    assert re.search(r'class="off h-10 m-0 hours-1 for-0">Own calendar', board)


def test_a_form_that_is_sent_twice_adds_one(admin: Browser) -> None:
    add(admin)
    assert add(admin).count("calendar.example.org ·") == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"address": "http://calendar.example.org/a.ics"}, "Address: this is no address of a calendar"),
        ({"address": "https://me:pass@calendar.example.org/"}, "Address: this is no address of a calendar"),
        ({"name": " "}, "Name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_secret_is_not_sent_back(
    admin: Browser, changed: dict[str, str], told: str
) -> None:
    answer = admin.send(PAGE, **{"name": "Family", "address": URL, "key": "k1", **changed})
    assert (answer.status_code, told in answer.text) == (400, True)
    assert "me:pass" not in answer.text
    assert "private-7f3" not in answer.text


def test_trouble_is_told_in_words_and_what_was_known_still_blocks(admin: Browser, sqlite_database: Database) -> None:
    add(admin)
    read(sqlite_database, Invalid("busy_denied"))
    assert "make a new secret address and enter that. Nothing is blocked by it yet." in admin.get(PAGE).text
    odd = ics((TEN, TEN + 12), "DTSTART:never", "DTSTART;TZID=Mars/X:20261124T100000\nDURATION:PT1H")
    read(sqlite_database, odd, 1)
    page = admin.get(PAGE).text
    assert "One of the entries cannot be read, and blocks nothing" in page
    assert "a zone that nobody knows (Mars/X): they were taken as times in Europe/Berlin" in page
    read(sqlite_database, Invalid("busy_slow", seconds=10), 2)
    page = admin.get(PAGE).text
    assert "did not answer in 10 seconds: it is tried again. What was known Fri 20 Nov, 11:00 still blocks." in page
    assert 'class="note warn"' in page


def test_after_a_day_it_is_an_alarm_and_a_task(
    admin: Browser, sqlite_database: Database, clock: Clock, signed_in: Callable[[str], Browser]
) -> None:
    add(admin)
    read(sqlite_database, HOUR)
    read(sqlite_database, Invalid("busy_slow", seconds=10), 25)
    clock.wait(hours=25)
    later = signed_in("admin")
    assert 'class="note alarm"' in later.get(PAGE).text
    tasks = later.get("/tasks").text
    assert "own calendar cannot be read" in tasks
    assert "calendar “Family” could not be read for a day; what was known still blocks." in tasks


def test_a_file_is_read_at_once(admin: Browser, sqlite_database: Database) -> None:
    assert upload(admin, "Hospital", HOUR).status_code == 303
    page = admin.get(PAGE).text
    assert "from a file · 1 busy time" in page
    assert "Read once, Fri 20 Nov, 10:00; it holds until 19 May 2027." in page
    assert "Read again now" not in page


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "What is there is no calendar"),
        (ics("DTSTART:20261123T100000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"), "repeats more often than daily"),
        (b"BEGIN:VCALENDAR\n" + b"X:" + b"x" * (2 << 20), "larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_is_not_added(admin: Browser, data: bytes, told: str) -> None:
    answer = upload(admin, "Hospital", data)
    assert (answer.status_code, told in answer.text) == (400, True)
    assert "No own calendar is read." in admin.get(PAGE).text


def test_larger_files_are_not_even_taken_and_other_forms_stay_small(admin: Browser) -> None:
    assert upload(admin, "x", b"x" * (3 << 20)).status_code == 413
    assert admin.send(PAGE, name="x", address="x" * 300_000).status_code == 413
    assert admin.send(f"{PAGE}/file", file_name="").status_code == 400


def test_removing_frees_and_reading_again_is_asked_for(admin: Browser, sqlite_database: Database) -> None:
    page = add(admin)
    read(sqlite_database, HOUR)
    again, remove = re.findall(rf'action="({PAGE}/\w+/(?:again|remove))"', page)
    assert admin.send(again).status_code == 303
    with sqlite_database.read() as unit:
        assert stored.due(unit.connection, NOW + timedelta(minutes=1))
    assert admin.send(remove).status_code == 303
    assert "No own calendar is read." in admin.get(PAGE).text
    assert "Own calendar</li>" not in admin.get("/day/2026-11-23").text
    assert admin.send(remove).status_code == 404


def test_each_sees_his_own_and_who_runs_the_practice_everybodys(
    admin: Browser,
    sqlite_database: Database,
    signed_in: Callable[[str], Browser],
) -> None:
    add(admin)
    stranger = signed_in("therapist")
    assert "Your account belongs to nobody" in stranger.get("/my/calendars/busy").text
    assert stranger.get(PAGE).status_code == 404
    assert stranger.send(PAGE, name="x", address=URL).status_code == 404
    with sqlite_database.begin() as unit:
        mine = select(accounts.c.id).where(accounts.c.email.like("therapist%")).scalar_subquery()
        unit.connection.execute(update(staff).where(staff.c.code == "t1").values(account_id=mine))
    assert "calendar.example.org" in stranger.get("/my/calendars/busy").text
    assert stranger.get("/staff/staff2/busy").status_code == 404
    everybody = admin.get("/my/calendars/busy").text
    assert {"/staff/staff1/busy", "/staff/staff2/busy"} <= set(re.findall(r'href="([^"]*)"', everybody))
    assert signed_in("front desk").get(PAGE).status_code == 403


def test_a_clash_is_named_with_its_visit_and_time(admin: Browser, sqlite_database: Database) -> None:
    asked = {"patient": "patient1", "kind": "dry-needling", "location": "loc1", "therapist": "staff1"}
    asked |= {"date": "2026-11-23", "region": "shoulder", "side": "right"}
    page = admin.send("/visits/new", **asked).text
    start = re.findall(r'type="radio" name="start" value="([^"]*)"', page)[0]
    key = re.findall(r'name="key" value="([^"]*)"', page)[0]
    assert admin.send("/visits", **asked, start=start, key=key).status_code == 303
    add(admin)
    read(sqlite_database, ics((at("2026-11-23", 8), at("2026-11-23", 18))))
    with sqlite_database.read() as unit:
        assert unit.connection.execute(select(task.c.kind)).scalars().all() == ["busy_clash"]
    tasks = admin.get("/tasks").text
    assert "The therapist is busy at the time of a visit" in tasks
    assert "own calendar from 2026-11-23 08:00 to 2026-11-23 18:00 by now" in tasks
    assert "Monday 23 November 2026" in tasks
