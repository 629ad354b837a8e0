"""A form that comes after its session has ended, without a script that would have told: nothing of it is lost, and
nothing goes before somebody has signed in and says so."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from clinic.db.tables.care import screening
from clinic.db.unit import Database
from tests.web.conftest import PASSWORD, Browser, Clock, browser
from tests.world import World

Enter = Callable[[str], Browser]
PAGE = "/patients/patient1/screening"


def hidden(page: str) -> dict[str, str]:
    """The fields of its first form that nobody sees."""
    form = page.partition("<form")[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def late(world: World, signed_in: Enter, clock: Clock) -> Browser:
    """A therapist's browser, whose session has ended by itself."""
    mine = signed_in("therapist")
    assert mine.get(PAGE).status_code == 200
    clock.at += timedelta(days=30)
    return mine


def count(database: Database) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(select(func.count()).select_from(screening)).scalar_one())


def sent(mine: Browser, **more: str) -> str:
    """The answers, sent too late; the page that says so."""
    token = mine.token()
    answer = mine.post(PAGE, data={"csrf_token": token, "version": "0", "key": "a", "bleeding": "yes", **more})
    assert answer.status_code == 307
    again = mine.post(
        answer.location, data={"csrf_token": token, "version": "0", "key": "a", "bleeding": "yes", **more}
    )
    assert again.status_code == 401
    return again.text


def signed(mine: Browser, account: str, page: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = mine.send("/sign-in", login=account, password=password, kept=hidden(page)["kept"], next="/")
    return answer.status_code, answer.text


def test_what_was_answered_on_the_tablet_goes_once_somebody_has_signed_in_and_says_so(
    late: Browser, account: Callable[[str], str], sqlite_database: Database
) -> None:
    page = sent(late, tablet="1")
    assert "Please give the tablet back for a moment" in page
    assert "Patient1" not in page
    assert "Bitte geben Sie das Tablet" in sent(late, tablet="1", language="de")
    status, asks = signed(late, account("therapist"), page)
    assert status == 200
    assert "Send what was typed?" in asks
    assert count(sqlite_database) == 0
    fields = hidden(asks)
    assert (fields["bleeding"], fields["tablet"], fields["key"]) == ("yes", "1", "a")
    assert late.post(PAGE, data=fields).headers["Location"] == f"{PAGE}?tablet=done"
    assert count(sqlite_database) == 1
    assert late.post(PAGE, data=fields).headers["Location"] == f"{PAGE}?tablet=done"
    assert count(sqlite_database) == 1


def test_what_the_staff_typed_is_said_to_be_kept_and_a_wrong_passphrase_does_not_lose_it(
    late: Browser, account: Callable[[str], str]
) -> None:
    page = sent(late)
    assert "what you typed is still here" in page
    who = account("therapist")
    status, page = signed(late, who, page, "wrong")
    assert status == 400
    status, asks = signed(late, who, page)
    assert (status, hidden(asks)["bleeding"]) == (200, "yes")


def test_what_nobody_of_ours_signed_is_not_sent(late: Browser, account: Callable[[str], str]) -> None:
    who = account("therapist")
    answer = late.send("/sign-in", login=who, password=PASSWORD, kept="made.up", next="/patients")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/patients")


def test_who_may_not_write_it_is_refused_after_all(late: Browser, account: Callable[[str], str]) -> None:
    _, asks = signed(late, account("assistant"), sent(late))
    assert late.post(PAGE, data=hidden(asks)).status_code == 403


def test_a_passphrase_is_not_kept_and_neither_is_a_form_from_elsewhere(app: Flask, late: Browser) -> None:
    told = {"csrf_token": late.token(), "password": "plum-9-tractor"}
    page = late.post("/sign-in/kept?to=/account", data=told).text
    assert "You were signed out" not in page
    assert "plum-9" not in page
    elsewhere = late.post("/sign-in/kept?to=//evil.example/", data={"csrf_token": late.token(), "name": "x"}).text
    assert "You were signed out" not in elsewhere
    assert browser(app).post("/sign-in/kept?to=/", data={"csrf_token": "made up", "name": "x"}).status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        {"headers": {"Sec-Fetch-Mode": "cors"}},
        {"content_type": "multipart/form-data"},
    ],
)
def test_what_a_script_sends_or_brings_files_leads_to_the_sign_in_page_alone(
    late: Browser, more: dict[str, object]
) -> None:
    answer = late.post(PAGE, data={"csrf_token": late.token(), "bleeding": "yes"}, **more)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
