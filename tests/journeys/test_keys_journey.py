"""The desk's keys: where they lead, what they send, and what comes too late to count."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.boards import card, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Opened, Practice
from tests.journeys.test_desk_journey import pick, tab

pytestmark = [pytest.mark.journey, pytest.mark.browser]

UNANSWERED = """() => {
    window.sent = 0;
    document.querySelectorAll("form").forEach(form => (form.noValidate = true));
    addEventListener("submit", event => {
        sent += !event.defaultPrevented;
        event.preventDefault();
    });
}"""


@pytest.fixture(scope="module")
def practice(opened: Opened) -> Iterator[Practice]:
    """One of its own: whoever is booked and written to here is nobody else's."""
    with opened("keys") as given:
        yield given


@pytest.fixture
def page(browser: Browser, practice: Practice) -> Iterator[Page]:
    """A browser at that practice."""
    context = tab(browser, practice)
    yield context.new_page()
    context.close()


def test_an_arrow_leads_from_nowhere_to_the_board_and_the_help_lists_keys_alone(page: Page, practice: Practice) -> None:
    first = visit(practice, "AO-0001", "2027-03-01", "10:00")
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "/day/2027-03-01")
    expect(page.locator("day-board")).to_have_attribute("data-drawn", "")
    page.keyboard.press("ArrowDown")
    expect(card(page, first)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    said = page.locator("#help dd").all_inner_texts()
    assert "← ↑ ↓ →" in said
    assert [key for key in said if len(key) > 1 and key not in ("← ↑ ↓ →", "Ctrl Enter", "Esc")] == []
    assert first.name not in page.locator("#help").inner_text()


def test_the_form_in_focus_is_the_one_that_is_sent(page: Page, practice: Practice) -> None:
    sign_in(page, "/visits/new")
    pick(page, "laz", "Lazenby")
    page.get_by_label("From", exact=True).fill("2026-11-26")
    page.keyboard.press("Control+Enter")
    chosen = page.locator("[name=start]:checked")
    expect(chosen).to_be_focused()
    page.get_by_label("From", exact=True).fill("2026-12-03")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main legend").first).to_have_text(re.compile("3 December"))
    expect(chosen).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/visits/[a-z0-9]{16}$"))
    page.go_back()
    expect(page.get_by_label("Patient", exact=True)).to_be_focused()
    page.go_forward()
    page.keyboard.press("x")
    page.get_by_label("Booked in error").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main .badge")).to_have_text(re.compile("Cancelled"))


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0002", "2027-03-02", "10:00")
    sign_in(page, f"/visits/{made.public_id}/cancel")
    page.get_by_role("button", name="Cancel this visit").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Choose why")).to_be_focused()


def test_what_comes_after_one_has_turned_away_is_not_opened(page: Page, practice: Practice) -> None:
    slow = visit(practice, "AO-0001", "2027-03-03", "10:00")
    quick = visit(practice, "AO-0002", "2027-03-03", "11:00")
    held: list[Route] = []
    sign_in(page, "/day/2027-03-03")
    path = f"**/visits/{slow.public_id}"
    page.route(path, lambda route: held.append(route))
    heading = page.locator("#sheet h1")
    for turn_away in ("Escape", "/", "Enter"):
        card(page, slow).press("Enter")
        card(page, quick).press(turn_away)
        if turn_away == "Enter":
            expect(heading).to_have_text(quick.name)
        with page.expect_response(path):
            held.pop().continue_()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert heading.filter(has_text=slow.name).count() == 0
        if turn_away == "/":
            expect(page.get_by_role("combobox")).to_be_focused()
            page.keyboard.press("Escape")
    page.evaluate("() => { addEventListener('popstate', () => history.forward(), { once: true }); history.back(); }")
    expect(page.locator("main h1")).to_have_text(quick.name)


def test_a_form_that_waits_for_its_answer_is_sent_again_only_after_escape(page: Page, practice: Practice) -> None:
    sign_in(page, "/waitlist/new")
    page.evaluate(UNANSWERED)
    page.locator("main [data-submit]").focus()
    for key, times in (("Enter", 1), ("Enter", 1), ("Escape", 1), ("Enter", 2)):
        page.keyboard.press(key)
        assert page.evaluate("sent") == times


def test_the_focus_comes_back_to_where_something_was_done_and_a_second_enter_does_nothing(
    page: Page, practice: Practice
) -> None:
    days = ("2027-03-08", "2027-03-09", "2027-03-10")
    made = [visit(practice, f"AO-000{n}", day, "10:00").public_id for n, day in enumerate(days, start=1)]
    sign_in(page, "/waitlist")
    for public_id in made:
        page.goto(f"/waitlist/new?visit={public_id}")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/waitlist")
    off = page.get_by_role("button", name="Take off")
    before = off.count()
    off.nth(1).press("Enter")
    expect(off).to_have_count(before - 1)
    expect(page.locator(":focus").get_by_role("button", name="Take off")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_be_visible()
    expect(off).to_have_count(before - 1)


def test_a_key_that_is_pressed_in_a_form_leaves_it_for_nothing(page: Page, practice: Practice) -> None:
    sign_in(page, "/patients/new")
    expect(page.get_by_label("Given names")).to_be_focused()
    page.keyboard.type("Zoë 🌸; n")
    page.locator("[name=weekday]").first.focus()
    for key in ("n", "b", "t", "l", "?"):
        page.keyboard.press(key)
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Given names")).to_have_value("Zoë 🌸; n")


def test_enter_waits_for_who_is_found_and_takes_the_first(page: Page, practice: Practice) -> None:
    held: list[Route] = []
    sign_in(page, "/visits/new")
    page.route("**/patients/find", lambda route: held.append(route))
    with page.expect_request("**/patients/find"):
        page.keyboard.type("laz")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Patient", exact=True)).to_have_value("laz")
    held.pop().continue_()
    expect(page.get_by_label("Patient", exact=True)).to_have_value(re.compile("Priya Lazenby · "))
    assert page.get_by_role("listbox").count() == 0


def test_without_a_line_the_board_stays_and_it_is_said(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0004", "2027-03-15", "10:00")
    sign_in(page, "/day/2027-03-15")
    card(page, made).focus()
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator(".toast.error")).to_have_text("No connection. Nothing was changed.")
    expect(card(page, made)).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("#sheet h1")).to_have_text(made.name)


def test_where_nothing_was_said_nothing_can_be_called_back(page: Page, practice: Practice) -> None:
    page.clock.install()
    made = visit(practice, "AO-0004", "2027-03-16", "10:00")
    sign_in(page, "/day/2027-03-16")
    again = page.get_by_role("button", name="Show the last message")
    page.clock.fast_forward(60_000)
    expect(again).not_to_be_visible()
    card(page, made).focus()
    for key in ("m", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text("Moved to")
    page.locator("h1").click()
    page.clock.fast_forward(60_000)
    again.click()
    expect(page.locator(".toast")).to_contain_text("Moved to")
