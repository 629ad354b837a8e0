"""A therapist leaves: in one browser the courses are handed over, in another they are taken over and read."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select, update

from clinic.db.tables.access import account
from clinic.db.tables.practice import staff
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.services.access import accounts
from clinic.services.access.passwords import Passwords
from tests.journeys.practice import NOW, PASSWORD, Practice
from tests.journeys.test_desk_journey import tab

pytestmark = [pytest.mark.journey, pytest.mark.browser]

LEAVES, TAKES_OVER = "Morag Hale", "Daniel Okafor"


def enter(context: BrowserContext, practice: Practice, name: str, role: str) -> Page:
    """That colleague, signed in."""
    email = f"{name.split()[0].lower()}@aire-ouse.example"
    new, given = NewAccount(email, name, role), practice.database
    accounts.create(given.begin, new, PASSWORD, passwords=Passwords(), actor=system("test"), now=NOW)
    with given.begin() as unit:
        own = select(account.c.id).where(account.c.email == email).scalar_subquery()
        unit.connection.execute(update(staff).where(staff.c.name == name).values(account_id=own))
    page = context.new_page()
    page.goto("/sign-in?next=/today")
    page.get_by_label("E-mail or sign-in name").fill(email)
    page.get_by_label("Passphrase").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="My day")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def leaves(browser: Browser, practice: Practice) -> Iterator[Page]:
    context = tab(browser, practice)
    yield enter(context, practice, LEAVES, "admin")
    context.close()


@pytest.fixture(scope="module")
def takes_over(browser: Browser, practice: Practice) -> Iterator[Page]:
    context = tab(browser, practice)
    yield enter(context, practice, TAKES_OVER, "therapist")
    context.close()


def propose(leaves: Page) -> None:
    leaves.goto("/repairs")
    leaves.get_by_label("Whom or what it is about").select_option(label=LEAVES)
    leaves.get_by_label("What happened").select_option(label="Hands the courses over for good")
    leaves.get_by_label("From", exact=True).fill("2026-11-24")
    leaves.get_by_label("Who takes over").select_option(label=TAKES_OVER)
    leaves.get_by_role("button", name="Show what would move").click()
    expect(leaves.get_by_role("heading", name=f"{LEAVES} hands over to {TAKES_OVER}")).to_be_visible()


def test_what_was_sent_is_not_overtaken_by_the_end_of_the_search(leaves: Page) -> None:
    held: list[tuple[Route, APIResponse]] = []
    leaves.route("**/drop", lambda route: held.append((route, route.fetch(max_redirects=0))))
    propose(leaves)
    leaves.get_by_role("button", name="Drop the proposal").click(no_wait_after=True)
    for _ in ("the page would be loaded anew", "it was not"):
        with leaves.expect_response(lambda answer: "hx-refresh" in answer.headers):
            pass
    for route, done in held:
        route.fulfill(response=done)
    expect(leaves.get_by_role("region", name="Where it stands")).to_contain_text("Dropped")


def test_a_course_is_handed_over_in_one_browser_and_read_in_the_other(leaves: Page, takes_over: Page) -> None:
    leaves.goto("/today")
    so_far = leaves.get_by_role("region", name="Courses").inner_text()
    expect(takes_over.get_by_text("handed over")).to_have_count(0)

    propose(leaves)
    expect(leaves.get_by_role("region", name="Where it stands")).to_contain_text("Another therapist")
    accept = leaves.get_by_role("button", name=re.compile("^Accept: ")).first
    patient = (accept.get_attribute("aria-label") or "").removeprefix("Accept: ")
    assert patient in so_far
    accept.click()
    expect(leaves.get_by_text("Moved", exact=True).first).to_be_visible()

    takes_over.reload()
    expect(takes_over.get_by_text("1 course was handed over and waits to be read.")).to_be_visible()
    takes_over.get_by_role("link", name="Read what is known of them").click()
    course = takes_over.get_by_role("region", name=patient)
    expect(course).to_contain_text(f"First visit with {TAKES_OVER}")
    takes_over.get_by_role("button", name=f"I have read it: {patient}").click()
    expect(takes_over.get_by_text("No course that was handed over waits to be read.")).to_be_visible()
    takes_over.goto("/today")
    expect(takes_over.get_by_role("region", name="Courses")).to_contain_text(patient)
    expect(takes_over.get_by_text("handed over")).to_have_count(0)
    takes_over.get_by_role("row", name=re.compile(patient)).get_by_role("link").click()
    expect(takes_over.get_by_role("definition").filter(has_text=TAKES_OVER)).to_be_visible()

    leaves.goto("/today")
    expect(leaves.get_by_role("heading", name="My day")).to_be_visible()
    expect(leaves.get_by_role("region", name="Courses")).not_to_contain_text(patient)
