"""A practice that begins with nothing is set up in the browser, to the first course and its invitation."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.practice import EMAIL, PASSWORD, Opened, Practice
from tests.journeys.test_desk_journey import tab

pytestmark = [pytest.mark.journey, pytest.mark.browser]

PATIENTS = "Last name;First name;Date of birth;E-mail\nBell;Ada;31/03/1980;ada@patients.example\n"


@pytest.fixture(scope="module")
def practice(opened: Opened) -> Iterator[Practice]:
    """Nothing but somebody to sign in as."""
    with opened("beginning", empty=True) as given:
        yield given


@pytest.fixture
def page(browser: Browser, practice: Practice) -> Iterator[Page]:
    """A browser at that practice."""
    context = tab(browser, practice)
    yield context.new_page()
    context.close()


def save(page: Page) -> None:
    """And wait until it says so."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()


def follow(page: Page, name: str) -> None:
    """A link of what is still missing."""
    page.goto("/setup")
    missing = page.get_by_role("region", name="What is still missing")
    missing.get_by_role("link", name=name).first.click()
    expect(missing).to_be_hidden()


def begin(page: Page) -> None:
    """Sign in, and name the practice and its first location."""
    page.goto("/")
    page.get_by_label("E-mail or sign-in name").fill(EMAIL)
    page.get_by_label("Passphrase").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Name the practice").click()
    page.get_by_label("Name", exact=True).fill("Harbour Practice")
    page.get_by_label("Neutral name").fill("Harbour")
    page.get_by_label("Sender of mails").fill("desk@harbour.example")
    save(page)
    follow(page, "Add a location")
    page.get_by_label("Name", exact=True).fill("Quay")
    page.get_by_label("Address").fill("3 Quay Street, Bristol")
    page.get_by_label("Phone").fill("0117 496 0001")
    page.get_by_label("Emergency number").fill("999")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Country").select_option(label="United Kingdom")
    page.get_by_label("Region of public holidays").fill("England")
    save(page)


def hours(page: Page) -> None:
    """The working week, from eight to six."""
    page.get_by_label("Day, row 1", exact=True).select_option(label="Monday to Friday")
    page.get_by_label("From, row 1").fill("08:00")
    page.get_by_label("Until, row 1").fill("18:00")
    save(page)


def furnish(page: Page) -> None:
    """A room, and a therapist with all that he needs."""
    follow(page, "Opening hours")
    hours(page)
    follow(page, "Add a room")
    page.get_by_label("Name", exact=True).fill("Room 1")
    save(page)
    follow(page, "Add somebody")
    page.get_by_label("Name", exact=True).fill("Tom Needham")
    page.get_by_label("Initials").fill("TN")
    page.get_by_label("English").check()
    save(page)
    follow(page, "Working hours")
    hours(page)
    follow(page, "Credentials")
    for row, permits in enumerate(("Dry needling", "Manual therapy", "Exercise"), 1):
        page.get_by_label(f"Permits, row {row}").select_option(label=permits)
        page.get_by_label(f"Issued by, row {row}").fill("HCPC")
        page.get_by_label(f"Number, row {row}").fill("PH1")
        page.get_by_label(f"First day, row {row}").fill("2020-01-01")
    save(page)


def close(page: Page) -> None:
    """Days on which nobody is treated: the therapist's leave, a closed day and the year's holidays."""
    page.goto("/setup")
    page.get_by_role("region", name="Tom Needham").get_by_role("link", name="Absences").click()
    page.get_by_label("Absence, row 1").select_option(label="On leave")
    page.get_by_label("First day, row 1").fill("2026-11-23")
    page.get_by_label("Last day, row 1").fill("2026-11-25")
    save(page)
    page.goto("/setup/locations/quay/closures")
    page.get_by_label("First day, row 1").fill("2026-11-26")
    page.get_by_label("Last day, row 1").fill("2026-11-26")
    page.get_by_label("Why, row 1").fill("Stocktaking")
    page.get_by_label("Add the public holidays of").fill("2026")
    save(page)
    expect(page.get_by_label("Why, row 2")).to_have_value("Christmas Day")


def prescribe(page: Page) -> None:
    """A protocol of the practice's own."""
    page.goto("/protocols")
    page.get_by_label("Title").fill("Low back at the quay")
    page.get_by_label("Like").select_option(label="Chronic low back pain")
    page.get_by_role("button", name="Begin it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Low back at the quay")
    page.get_by_label("Smallest gap, days").first.fill("6")
    page.get_by_label("Why (optional)").fill("Our patients come by boat")
    page.get_by_role("button", name="Save a new version").click()
    expect(page.get_by_text("Saved. Courses that have it")).to_be_visible()


def test_a_practice_is_set_up_in_the_browser_to_its_first_course_and_letter(page: Page, practice: Practice) -> None:
    begin(page)
    furnish(page)
    close(page)
    prescribe(page)
    page.goto("/setup")
    expect(page.get_by_role("heading", name="Quay")).to_be_visible()
    expect(page.get_by_text("What is still missing")).to_be_hidden()
    page.goto("/patients")
    page.get_by_role("link", name="Take them over from a table").click()
    table = {"name": "patients.csv", "mimeType": "text/csv", "buffer": PATIENTS.encode()}
    page.get_by_label("Table").set_input_files([table])  # type: ignore[list-item] # a dict of these three will do
    page.get_by_role("button", name="Show what it says").click()
    page.get_by_role("button", name="Take them on").click()
    page.get_by_role("link", name="Ada Bell").click()
    page.get_by_role("main").get_by_role("link", name="New course").first.click()
    page.wait_for_url("**/courses/new?*")
    page.get_by_label("Protocol", exact=True).select_option(label="Low back at the quay")
    page.get_by_role("button", name=re.compile("^Book [0-9]+ visits")).click()
    page.wait_for_url("**/courses/*")
    expect(page.get_by_text("3 booked")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Low back at the quay"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Fri 27 Nov"))).to_be_visible()  # the first day that is open
    practice.deliver()
    page.goto("/demo/mailbox")
    expect(page.get_by_text("ada@patients.example").first).to_be_visible()
