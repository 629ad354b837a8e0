"""A course of care in the browser: from what the patient tells to the reassessment after the third session."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.domain.time import at_wall, zone
from tests.journeys.conftest import sign_in
from tests.journeys.practice import NOW, Opened

pytestmark = [pytest.mark.journey, pytest.mark.browser]
LONDON = zone("Europe/London")


class Clock:
    """Goes from visit to visit."""

    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(opened: Opened) -> Iterator[tuple[str, Clock]]:
    """A practice whose clock can be set, and its address."""
    given = Clock()
    with opened("care", given) as practice:
        yield practice.url, given


@pytest.fixture
def page(browser: Browser, clock: tuple[str, Clock]) -> Iterator[Page]:
    """A browser at that practice."""
    context = browser.new_context(base_url=clock[0], locale="en-GB", timezone_id="Europe/London")
    yield context.new_page()
    context.close()


def test_a_course_goes_from_the_intake_to_its_reassessment(page: Page, clock: tuple[str, Clock]) -> None:
    url, now = clock
    sign_in(page, "/patients")
    course = plan(page, url)
    measure(page, course, "7")
    visits = [link.get_attribute("href") for link in page.locator(".sessions th a").all()]
    agree(page, url)
    for number, (before, after) in enumerate(((7, 6), (6, 4), (4, 2))):
        address = f"{url}{visits[number]}"
        now.at = start_of(page, address)
        page.context.clear_cookies()  # sessions end after a day
        sign_in(page, "/patients")
        treat(page, address, first=number == 0, before=before, after=after)
    measure(page, course, "2")
    decide(page, course)


def plan(page: Page, url: str) -> str:
    """What the patient tells, where it hurts, number and rhythm; the address of the course that was booked."""
    page.goto(f"{url}/courses/new")
    page.get_by_label("Patient", exact=True).press_sequentially("lazen")
    page.get_by_role("option", name=re.compile("Lazenby")).wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("What the patient tells").click()
    page.get_by_label("Complaint (optional)").fill("Headaches from the neck, worse at the desk")
    page.get_by_label("Usual pain, 0 to 10 (optional)").fill("7")
    page.get_by_label("Since when (optional)").fill("three months")
    page.get_by_label("Posture").check()
    page.get_by_label("Goals, in the patient’s words (optional)").fill("A day's work without a headache")
    page.get_by_label("Start from").fill("2026-11-24")
    page.get_by_label("Protocol").select_option(label="Tension-type headache")
    preview = page.get_by_role("region", name="The course")
    expect(preview.get_by_role("heading", name=re.compile("6 visits"))).to_be_visible()
    page.get_by_text("Show it on the body").click()
    area = page.get_by_role("group", name="Back", exact=True).get_by_role("button", name="Neck, right", exact=True)
    area.focus()
    with page.expect_response("**/courses/preview"):
        page.keyboard.press("Enter")
    expect(page.get_by_label("Region", exact=True)).to_have_value("neck")
    preview.get_by_text("Number, rhythm and mix").click()
    preview.get_by_label("Visits", exact=True).fill("5")
    page.keyboard.press("Tab")
    expect(preview.get_by_role("heading", name=re.compile("5 visits"))).to_be_visible()
    page.get_by_role("button", name="Book 3 visits").click()
    page.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    expect(page.locator("dl.facts").first).to_contain_text("Neck, right")
    expect(page.get_by_text("A day's work without a headache")).to_be_visible()
    return page.url


def measure(page: Page, course: str, pain: str) -> None:
    page.goto(f"{course}/measures")
    page.locator("#nprs").fill(pain)
    page.get_by_role("button", name="Save").click()
    page.goto(course)


def agree(page: Page, url: str) -> None:
    """The questions are answered, and needling is agreed to."""
    page.get_by_role("link", name=re.compile("Lazenby")).first.click()
    record = page.url
    page.goto(f"{record}/screening")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{record}/consents")
    page.get_by_role("group", name="For").get_by_label("Dry needling").check()
    page.get_by_label("The risk for the lung was told and is understood").check()
    page.get_by_role("group", name="Signed by the").get_by_label("Patient").check()
    page.get_by_role("group", name="Signed", exact=True).get_by_label("on the screen").check()
    page.get_by_label("Name of who signs").fill("Priya Lazenby")
    page.get_by_role("button", name="Agree and sign").click()
    expect(page.get_by_role("heading", name=re.compile("Dry needling"))).to_be_visible()


def start_of(page: Page, visit: str) -> datetime:
    """When the visit begins, as its page says it."""
    page.goto(visit)
    said = page.locator("dl.facts dd").first.inner_text()
    day, hour, minute = re.findall(r"\w+ (\d+ \w+ \d{4}).*?(\d\d):(\d\d)", said, flags=re.DOTALL)[0]
    on = datetime.strptime(day, "%d %B %Y").replace(tzinfo=UTC).date()
    return at_wall(on, int(hour) * 60 + int(minute), LONDON)


def treat(page: Page, visit: str, *, first: bool, before: int, after: int) -> None:
    """Arrived, asked, started, and recorded."""
    page.goto(f"{visit}/check")
    page.get_by_label("Name and date of birth are right").check()
    page.get_by_role("button", name="Arrived").click()
    page.get_by_role("group", name=re.compile("Has anything changed")).get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Record of Priya Lazenby")
    if first:
        page.get_by_label("Add a muscle").select_option("neck|suboccipitals")
        page.get_by_label("Gauge in mm").last.fill("0.25")
        page.get_by_label("Length in mm").last.fill("30")
    else:
        page.get_by_role("button", name="Copy sites and needles from last time").click()
        expect(page.get_by_role("group", name="Site 1").get_by_label("Muscle")).to_have_value("suboccipitals")
    page.get_by_role("group", name="Pain before").get_by_label(str(before), exact=True).check()
    page.get_by_role("group", name="Pain after").get_by_label(str(after), exact=True).check()
    page.get_by_label("Needles in", exact=True).fill("2")
    page.get_by_label("Needles out", exact=True).fill("2")
    page.get_by_label("Went through the notes for after the visit").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed by Ruth Lindley")).to_be_visible()
    page.goto(visit)
    expect(page.locator("main .badge")).to_have_text(re.compile("Done"))


def decide(page: Page, course: str) -> None:
    """Going on confirms what stopping would release; both are shown first."""
    expect(page.locator(".strip polyline.pain")).to_be_visible()
    page.goto(f"{course}/measures")
    choice = page.get_by_role("region", name="Reassessment in visit 3")
    expect(choice).to_contain_text("Confirms 2 pencilled visits:")
    expect(choice).to_contain_text("Releases 2 pencilled visits:")
    choice.get_by_role("button", name="Go on").click()
    page.wait_for_url(course)
    expect(page.locator(".badge.is-done")).to_have_count(3)
    expect(page.locator(".badge.is-booked")).to_have_count(2)
