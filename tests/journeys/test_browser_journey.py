"""The whole way in a browser: with a mouse, with the keyboard alone, and without JavaScript."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.boards import DRAWN
from tests.journeys.conftest import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]
START = "2026-11-30"  # the Monday after
FIRST = "2026-12-01"  # so that the visits after it are two days apart


def begin_course(page: Page, patient: str) -> None:
    """The wishes of a new course; the patient is found by typing."""
    page.get_by_label("Patient", exact=True).press_sequentially(patient[:5].lower())
    page.get_by_role("option", name=re.compile(patient)).wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Patient", exact=True)).to_have_value(re.compile(f"{patient}.* · "))
    page.get_by_label("Start from").fill(START)
    page.get_by_label("Region").select_option("neck")
    page.get_by_label("Protocol").select_option(label="Tension-type headache")


def times(page: Page) -> list[str]:
    """When the visits of the course on the page are."""
    return [text.partition("\n")[0] for text in page.locator(".sessions tbody th[scope=row]").all_inner_texts()]


def book_with_one_pinned(page: Page) -> None:
    """The course of the preview, its second visit at another time; the rest follows."""
    preview = page.get_by_role("region", name="The course")
    expect(preview.get_by_role("heading", name=re.compile("6 visits"))).to_be_visible()
    before = times(page)
    another = page.get_by_label("Another time for visit 2")
    chosen = another.locator("option").nth(2).inner_text()
    another.select_option(index=2)
    expect(page.locator(".sessions tr.is-pinned")).to_have_count(1)
    after = times(page)
    assert after[1] != before[1]
    assert chosen.startswith(after[1])
    page.get_by_role("button", name="Book 3 visits").click()
    page.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    assert times(page)[:6] == after  # a review of the plan follows them
    assert page.locator(".badge.is-booked").count() == page.locator(".badge.is-pencilled").count() == 3
    expect(page.get_by_role("region", name=re.compile("Reassessment in visit 3"))).to_be_visible()


def move_from_the_board(page: Page, patient: str) -> None:
    """A visit of that day, by the times that its sheet lists; then its page."""
    page.goto(f"/day/{FIRST}")
    visit = page.locator("a.visit", has_text=patient)
    address = str(visit.get_attribute("href"))
    visit.click()
    sheet = page.get_by_role("dialog", name=patient)
    sheet.get_by_role("link", name="Move…").click()
    spot = page.get_by_role("dialog").get_by_role("radio").nth(1)
    moved_to = spot.locator("xpath=..").inner_text()
    spot.check()
    page.get_by_role("button", name="Move to this time").click()
    page.wait_for_url(f"**/day/{FIRST}#*")
    [at] = re.findall(r"\d\d:\d\d", moved_to)
    expect(page.locator(".toast")).to_contain_text(at)
    page.goto(address)
    expect(page.locator("dl.facts")).to_contain_text(f"{at}–")


def test_a_course_is_built_booked_moved_cancelled_and_told(page: Page) -> None:
    sign_in(page)
    page.get_by_role("link", name="New course").first.click()
    page.wait_for_url("**/courses/new")
    begin_course(page, "Lazenby")
    book_with_one_pinned(page)
    move_from_the_board(page, "Priya Lazenby")

    page.get_by_role("link", name="Cancel…").click()
    page.get_by_role("radio", name="The patient is ill").check()
    page.get_by_role("button", name="Cancel this visit").click()
    expect(page.locator("main .badge")).to_have_text(re.compile("Cancelled"))

    page.get_by_role("link", name="Mailbox").click()
    mine = page.locator("tbody tr", has_text="priya.lazenby@example.org")
    expect(mine).to_have_count(4)  # the three visits, and one letter about them all
    held = mine.filter(has_text="Your appointment").filter(has_text="Held until").first
    held.get_by_role("button", name="Send now").click()
    page.get_by_role("link", name=re.compile("^Your appointment on")).first.click()
    expect(page.get_by_role("heading", name="Invitation")).to_be_visible()

    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/patients")
    page.wait_for_url("**/sign-in?next=*")


def test_the_keyboard_alone_books_a_course_and_opens_a_visit(page: Page) -> None:
    sign_in(page)
    page.keyboard.press("N")
    page.wait_for_url("**/courses/new")
    expect(page.get_by_label("Patient", exact=True)).to_be_focused()
    page.keyboard.type("nettl")
    page.get_by_role("option", name=re.compile("Nettleton")).wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Tension")
    expect(page.get_by_role("heading", name=re.compile("6 visits"))).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    day = page.locator(".sessions th[scope=row] a").first.inner_text()

    page.keyboard.press("T")
    page.wait_for_url("**/day/*")
    for _ in range(int(day.split()[1]) - 23):
        page.keyboard.press("]")
        page.wait_for_load_state()
    page.locator(f"{DRAWN} a.visit[tabindex='0']").focus()
    expect(page.locator("a.visit:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("heading", level=1).wait_for()
    page.keyboard.press("M")
    page.get_by_role("button", name="Move to this time").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("oldr")
    page.get_by_role("option", name=re.compile("Oldroyd")).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/patients/[a-z0-9]{16}$"))


@pytest.fixture
def plain(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_javascript_a_course_is_booked_and_a_visit_moved(plain: Page) -> None:
    sign_in(plain)
    plain.get_by_role("link", name="New course").first.click()
    plain.get_by_label("Patient", exact=True).fill("grantham")
    plain.get_by_label("Protocol").select_option(label="Tension-type headache")
    plain.get_by_label("Start from").fill(START)
    plain.get_by_role("button", name="Show the visits").click()
    plain.get_by_role("radio", name=re.compile("Grantham")).check()
    plain.get_by_role("button", name="Show the visits").click()
    plain.get_by_role("button", name="Book 3 visits").click()
    plain.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    before = times(plain)

    plain.locator(".sessions th[scope=row] a").first.click()
    plain.get_by_role("link", name="Move…").click()
    plain.get_by_role("radio").first.check()
    plain.get_by_role("button", name="Move to this time").click()
    plain.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    plain.get_by_role("link", name="Tension-type headache").click()
    moved = [one != other for one, other in zip(before, times(plain), strict=True)]
    assert moved[:6] == [True, *[False] * 5]  # the review is due so long after the first visit


def test_without_a_line_the_last_answer_stays(page: Page) -> None:
    sign_in(page, "/courses/new")
    begin_course(page, "Oldroyd")
    expect(page.get_by_role("heading", name=re.compile("6 visits"))).to_be_visible()
    before = times(page)
    page.context.set_offline(True)
    page.get_by_label("Lead therapist").select_option(label="Daniel Okafor")
    expect(page.get_by_role("alert").filter(has_text="No connection")).to_be_visible()
    assert times(page) == before
    page.context.set_offline(False)
    page.get_by_label("Lead therapist").select_option(label="Morag Hale")
    expect(page.get_by_role("alert").filter(has_text="No connection")).to_have_count(0)
    expect(page.locator(".sessions tbody")).to_contain_text("Morag Hale")


def test_the_second_of_two_who_want_the_same_times_is_told_and_keeps_his_form(page: Page) -> None:
    sign_in(page, "/courses/new")
    other = page.context.new_page()
    other.goto("/courses/new")
    for tab, patient in ((page, "Oldroyd"), (other, "Harrow")):
        begin_course(tab, patient)
        tab.get_by_label("Lead therapist").select_option(label="Jasleen Sandhu")
        tab.get_by_label("Start from").fill("2027-01-13")
        expect(tab.get_by_role("heading", name=re.compile("Jan 2027"))).to_be_visible()
        expect(tab.locator("#preview")).not_to_have_class(re.compile("htmx-request"))
    taken = times(page)
    assert times(other) == taken
    page.get_by_role("button", name="Book 3 visits").click()
    page.wait_for_url(re.compile("/courses/[a-z0-9]{16}$"))
    other.get_by_role("button", name="Book 3 visits").click()
    expect(other.get_by_role("alert")).to_be_visible()
    expect(other.get_by_label("Patient", exact=True)).to_have_value(re.compile("Harrow"))
    assert times(other) != taken


def test_chosen_colours_stay(page: Page) -> None:
    sign_in(page)
    switch = page.locator("[data-theme-switch]")
    switch.click()
    switch.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(switch).to_have_attribute("aria-label", "Colours: dark")


def test_another_course_is_taken_whole(page: Page) -> None:
    """The other courses are looked for when they come into view."""
    sign_in(page, "/courses/new")
    begin_course(page, "Ida Mae Harrow")
    page.get_by_role("heading", name=re.compile("6 visits")).wait_for()
    page.locator(".preview .note").last.scroll_into_view_if_needed()
    card = page.locator(".other").first
    card.get_by_text("All visits").click()
    wanted = card.locator("ol li").all_inner_texts()
    card.get_by_role("button", name="Take this one").click()
    expect(page.locator(".sessions tr.is-pinned")).to_have_count(6)
    assert times(page) == wanted
