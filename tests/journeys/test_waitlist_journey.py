"""The wait list in the browser: a patient is listed, a visit is cancelled, its time is offered by mail and taken by
its link."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.domain.access.actors import system
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.waiting import Suits, Urgency
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts
from clinic.services.visits import waitlist
from clinic.services.visits.book import book
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.waitlist import Wish
from clinic.services.visits.wanted import WantedVisit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import NOW, Practice
from tests.journeys.test_looks import faults

pytestmark = [pytest.mark.journey, pytest.mark.browser]


def booked(practice: Practice, on: date = date(2026, 12, 7)) -> str:
    """The address of an assessment of that day, two weeks ahead."""
    given, (leeds, novak) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    wanted = WantedVisit(resolve(given.read, "AO-0001").public_id, leeds, single("assessment"), therapist=novak)
    spot = offers_for_single(given.read, wanted, on, now=NOW)[0].spot
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
    expect(page.get_by_role("main").get_by_role("link", name="Who fits its time")).to_be_visible()
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
    expect(patient.get_by_role("heading", name="This time is yours")).to_be_visible()
    own.close()
    page.goto("/waitlist")
    expect(page.get_by_role("row").filter(has_text="Nettleton")).to_have_count(0)


def test_who_comes_too_late_is_told_kindly_and_the_desk_sees_what_everybody_said(
    page: Page, browser: Browser, practice: Practice
) -> None:
    visit = booked(practice, date(2026, 12, 8))
    given, (leeds, _) = practice.database, whereabouts(practice.database.read, "leeds", "novak")
    people = [resolve(given.read, each) for each in ("AO-0001", "AO-0013", "AO-0016")]
    for each in people:
        wish = Wish(Suits(Urgency.URGENT, 2, date(2026, 12, 8)), "", each.public_id, leeds, "assessment")
        waitlist.add(given.begin, wish, actor=system("test"), now=NOW)
    sign_in(page, f"{visit}/cancel")
    page.get_by_label("The patient is ill").check()
    page.get_by_role("button", name="Cancel this visit").click()
    page.get_by_role("main").get_by_role("link", name="Who fits its time").click()
    page.get_by_role("button", name="Offer by mail to those who are ticked").click()
    fits = page.url
    expect(page.get_by_text("Who says yes first has it")).to_be_visible()
    practice.deliver()
    phones = []
    for each in people:
        page.goto("/demo/mailbox")
        page.get_by_role("row").filter(has_text=each.person.email).get_by_role(
            "link", name="A time has become free"
        ).click()
        link = "/w/" + str(page.locator("main a[href*='/w/']").first.get_attribute("href")).rpartition("/")[2]
        own = browser.new_context(base_url=practice.url, viewport={"width": 320, "height": 700}, color_scheme="dark")
        phone = own.new_page()
        phone.goto(link)
        phones.append(phone)
    leaves, takes, late = phones
    leaves.get_by_role("button", name="Leave it to somebody else").click()
    expect(leaves.get_by_text("You left this time to somebody else.")).to_be_visible()
    takes.get_by_role("button", name="Take this time").click()
    expect(takes.get_by_role("heading", name="This time is yours")).to_be_visible()
    late.get_by_role("button", name="Take this time").click()
    expect(late.get_by_text("Somebody else was a little faster this time.")).to_be_visible()
    expect(late.get_by_role("button")).to_have_count(0)
    for phone in phones:
        assert faults(phone) == []
        phone.context.close()
    page.goto(fits)
    asked = page.get_by_role("region", name="Who was asked")
    for outcome in ("Does not want it", "Takes it", "Somebody else was faster"):
        expect(asked).to_contain_text(outcome)
