"""What is asked before a visit, in a browser without scripts: the date of birth, the form, how he is on the day."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from clinic.content import screening as asked
from clinic.db.tables.messages import visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.services.access.sessions import hashed
from tests.journeys.care_screens import expected
from tests.journeys.conftest import missing
from tests.journeys.practice import Practice
from tests.journeys.test_checkin_journey import fine
from tests.journeys.test_looks import AXE

pytestmark = [pytest.mark.journey, pytest.mark.browser]
CHOSEN = [one for one in asked.load().standing if one.kind in ("yes", "degree")]


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Somebody at home, who is not signed in."""
    if not AXE.is_file():
        missing("axe-core is not installed: run make setup")
    context = browser.new_context(**browser_context_args)
    found = context.new_page()
    found.emulate_media(reduced_motion="reduce")
    yield found
    context.close()


@pytest.fixture
def bare(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """The same, where no script runs."""
    context = browser.new_context(**(browser_context_args | {"java_script_enabled": False}))
    yield context.new_page()
    context.close()


def born(practice: Practice, token: str) -> str:
    """The day on which whoever is asked was born."""
    query = select(patient.c.birth_on).join(appointment, appointment.c.patient_id == patient.c.id)
    with practice.database.read() as unit:
        of_link = query.join(visit_link, visit_link.c.appointment_id == appointment.c.id)
        found = of_link.where(visit_link.c.token_hash == hashed(token))
        return str(unit.connection.execute(found).scalar_one().isoformat())


def known(page: Page, day: str) -> None:
    page.get_by_label("The patient’s date of birth").fill(day)
    page.get_by_role("button", name="Go on").click()


def choose(page: Page) -> None:
    """Nothing speaks against it."""
    for one in CHOSEN:
        group = page.locator(f"#{one.field}")
        group.locator('label:has(input[value="0"]), label:has(input[value="none"])').click()


def well(page: Page) -> None:
    """The visit is today, so how he is follows."""
    page.locator('#fever label:has(input[value="0"])').click()
    page.get_by_role("button", name="Send").click()


def test_what_is_asked_before_a_visit_is_answered_without_a_script(bare: Page, practice: Practice) -> None:
    address = expected(practice, "at-home-before")
    bare.goto(address.removesuffix("/questions"))
    bare.get_by_role("link", name="Answer the questions").click()
    known(bare, "1900-01-01")
    expect(bare.get_by_text("This is not the date of birth that we know.").first).to_be_visible()
    known(bare, born(practice, "at-home-before"))
    bare.get_by_role("button", name="Send").click()
    expect(bare.get_by_text("Please choose one.")).to_have_count(len(CHOSEN))
    choose(bare)
    bare.get_by_role("button", name="Send").click()
    well(bare)
    expect(bare.get_by_role("heading", name="Thank you")).to_be_visible()
    bare.get_by_role("link", name="Back to the visit").click()
    expect(bare.get_by_role("link", name="Tell us what has changed")).to_be_visible()


def test_its_pages_are_fine_in_every_width_and_theme(page: Page, practice: Practice) -> None:
    day_of = "at-home-looked"
    page.goto(expected(practice, day_of))
    day = born(practice, day_of)
    known(page, day)
    expect(page.get_by_role("heading", name="A few questions before your visit")).to_be_visible()
    fine(page, "questions-form")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Some questions are not answered yet.").press("Enter")
    expect(page.locator(f"#{CHOSEN[0].field}")).to_be_in_viewport()
    fine(page, "questions-lacks")
    choose(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#fever")).to_be_visible()
    fine(page, "questions-today")
    well(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    fine(page, "questions-thanks")
