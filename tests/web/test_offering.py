"""A course that is offered, on screen: held, accepted on the phone, declined, or over."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from clinic.db.unit import Database
from clinic.services.messages.jobs import run_due
from tests.web.conftest import Browser
from tests.web.test_courses import WISHES, book
from tests.world import NOW


@pytest.fixture
def course(admin: Browser) -> str:
    return str(book(admin, offer="1").headers["Location"])


def seen(page: TestResponse) -> str:
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found is not None
    return found[1]


def test_the_preview_says_until_when_an_offer_would_hold(admin: Browser) -> None:
    assert "Offer it: held until Mon 23 Nov, 18:00" in admin.send("/courses/preview", **WISHES).text


def test_an_offered_course_waits_for_an_answer(admin: Browser, course: str) -> None:
    page = admin.get(course)
    assert "Its times are held until Mon 23 Nov, 18:00." in page.text
    assert "Offered" in page.text
    assert '">6 held</span>' in page.text
    assert page.text.count("is-held") >= 6
    assert "◔" in admin.get("/day/2026-11-23").text


def test_a_yes_on_the_phone_is_kept_with_who_when_and_how(admin: Browser, course: str) -> None:
    said = {"version": seen(admin.get(course)), "accepted_by": "Ada Adler", "how": "phone"}
    assert admin.send(f"{course}/accept", **said).status_code == 303
    page = admin.get(course)
    assert "Accepted by Ada Adler on the phone, Fri 20 Nov, 10:00; recorded by " in page.text
    assert "3 booked · 3 pencilled" in page.text
    again = admin.send(f"{course}/accept", **{**said, "version": seen(admin.get(course))})
    assert again.status_code == 400
    assert admin.send(f"{course}/accept", **said).status_code == 409


def test_a_yes_without_a_name_is_refused_at_its_field(admin: Browser, course: str) -> None:
    refused = admin.send(f"{course}/accept", version=seen(admin.get(course)), accepted_by=" ", how="here")
    assert refused.status_code == 400
    assert 'id="accepted_by-fault"' in refused.text
    assert 'value="here" selected' in refused.text


def test_a_no_frees_the_times(admin: Browser, course: str) -> None:
    assert admin.send(f"{course}/decline", version=seen(admin.get(course))).status_code == 303
    page = admin.get(course)
    assert "Declined, Fri 20 Nov, 10:00" in page.text
    assert "Not booked" in page.text


def test_an_offer_that_is_over_says_so(admin: Browser, course: str, sqlite_database: Database) -> None:
    run_due(sqlite_database.begin, sqlite_database.read, now=NOW + timedelta(days=4))
    assert "Nobody answered until Mon 23 Nov, 18:00" in admin.get(course).text


def test_open_offers_are_on_the_worklist(admin: Browser, course: str) -> None:
    page = admin.get("/worklist?kind=offered")
    assert "The offer waits for an answer" in page.text
    assert "Until Mon 23 Nov" in page.text
    assert f'href="{course}"' in page.text
