"""A course that is offered, on screen: held, accepted on the phone, declined, or over."""

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from clinic.db.unit import Database
from clinic.services.messages.jobs import run_due
from tests.web.conftest import Browser
from tests.web.test_courses import WISHES, book
from tests.world import NOW, World


@pytest.fixture
def desk(world: World, signed_in) -> Browser:  # type: ignore[no-untyped-def]
    return signed_in("admin")


@pytest.fixture
def course(desk: Browser) -> str:
    return str(book(desk, offer="1").headers["Location"])


def seen(page: TestResponse) -> str:
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found is not None
    return found[1]


def test_the_preview_says_until_when_an_offer_would_hold(desk: Browser) -> None:
    assert "Offer it: held until Mon 23 Nov, 18:00" in desk.send("/courses/preview", **WISHES).text


def test_an_offered_course_waits_for_an_answer(desk: Browser, course: str) -> None:
    page = desk.get(course)
    assert "Its times are held until Mon 23 Nov, 18:00." in page.text
    assert "Offered" in page.text
    assert page.text.count("is-held") >= 6
    assert "◔" in desk.get("/day/2026-11-23").text


def test_a_yes_on_the_phone_is_kept_with_who_when_and_how(desk: Browser, course: str) -> None:
    said = {"version": seen(desk.get(course)), "accepted_by": "Ada Adler", "how": "phone"}
    assert desk.send(f"{course}/accept", **said).status_code == 303
    page = desk.get(course)
    assert "Accepted by Ada Adler on the phone, Fri 20 Nov, 10:00; recorded by " in page.text
    assert "3 booked · 3 pencilled" in page.text
    again = desk.send(f"{course}/accept", **{**said, "version": seen(desk.get(course))})
    assert again.status_code == 400
    assert desk.send(f"{course}/accept", **said).status_code == 409


def test_a_yes_without_a_name_is_refused_at_its_field(desk: Browser, course: str) -> None:
    refused = desk.send(f"{course}/accept", version=seen(desk.get(course)), accepted_by=" ", how="here")
    assert refused.status_code == 400
    assert 'id="accepted_by-fault"' in refused.text
    assert 'value="here" selected' in refused.text


def test_a_no_frees_the_times(desk: Browser, course: str) -> None:
    assert desk.send(f"{course}/decline", version=seen(desk.get(course))).status_code == 303
    page = desk.get(course)
    assert "Declined, Fri 20 Nov, 10:00" in page.text
    assert "Not booked" in page.text


def test_an_offer_that_is_over_says_so(desk: Browser, course: str, sqlite_database: Database) -> None:
    run_due(sqlite_database.begin, sqlite_database.read, now=NOW + timedelta(days=4))
    assert "Nobody answered until Mon 23 Nov, 18:00" in desk.get(course).text


def test_open_offers_are_on_the_worklist(desk: Browser, course: str) -> None:
    page = desk.get("/worklist?kind=offered")
    assert "The offer waits for an answer" in page.text
    assert "Until Mon 23 Nov" in page.text
    assert f'href="{course}"' in page.text
