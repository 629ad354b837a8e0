"""The wait list in the browser: a patient is listed, a visit is cancelled, its time is offered by mail and taken by
its link."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.domain.access.actors import system
from clinic.domain.visits.catalogue import single
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts
from clinic.services.visits.book import book
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.wanted import WantedVisit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import NOW, Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser]


def booked(practice: Practice) -> str:
    """The address of an assessment two weeks ahead."""
    given, (leeds, novak) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    wanted = WantedVisit(resolve(given.read, "AO-0001").public_id, leeds, single("assessment"), therapist=novak)
    spot = offers_for_single(given.read, wanted, date(2026, 12, 7), now=NOW)[0].spot
    return f"/visits/{book(given.begin, given.read, wanted, spot, actor=system('test'), now=NOW)}"


def test_a_cancelled_time_goes_by_mail_to_who_waits_for_it(page: Page, browser: Browser, practice: Practice) -> None:
    visit = booked(practice)
    sign_in(page)
    page.goto("/waitlist/new")
    page.get_by_label("Patient", exact=True).press_sequentially("nettleton")
    page.get_by_role("option", name="Grace Nettleton").click()
    page.get_by_role("group", name="Urgency").get_by_label("Urgent").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("row").filter(has_text="Nettleton")).to_contain_text("Urgent")
    page.goto(visit)
    page.keyboard.press("x")
    page.get_by_label("The patient is ill").check()
    page.get_by_role("button", name="Cancel this visit").click()
    expect(page.get_by_role("link", name="Who fits its time")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1, name="Who fits")).to_be_visible()
    page.get_by_role("checkbox", name="Offer by mail to Grace Nettleton").check()
    page.get_by_role("button", name="Offer by mail to those who are ticked").click()
    expect(page.get_by_text("The time is held, on offer until")).to_be_visible()
    practice.deliver()
    page.goto("/demo/mailbox")
    hers = page.get_by_role("row").filter(has_text="grace.nettleton")
    hers.get_by_role("link", name="A time has become free").click()
    link = "/w/" + str(page.locator("main a[href*='/w/']").first.get_attribute("href")).rpartition("/")[2]
    own = browser.new_context(base_url=practice.url, java_script_enabled=False)
    patient = own.new_page()
    patient.goto(link)
    patient.get_by_role("button", name="Take this time").click()
    expect(patient.get_by_text("The time is yours.")).to_be_visible()
    own.close()
    page.goto("/waitlist")
    expect(page.get_by_role("row").filter(has_text="Nettleton")).to_have_count(0)
