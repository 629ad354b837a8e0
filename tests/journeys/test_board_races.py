"""Two clerks at one board, each in a browser of his own: one has it, the other is told and sees how it stands."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.boards import Made, card, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.race]
DAY = "2027-03-01"
HELD_BACK = "**/live?*"


@pytest.fixture
def clerks(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[tuple[Page, Page]]:
    contexts = [browser.new_context(**browser_context_args) for _ in range(2)]
    pages = tuple(context.new_page() for context in contexts)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


def look(page: Page, on: str) -> None:
    """At the board as it is now; what others do later is not heard of."""
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, f"/day/{on}")
    page.route(HELD_BACK, lambda route: route.abort())


def pull(page: Page, made: Made, *keys: str) -> None:
    card(page, made).focus()
    for key in ("m", *keys):
        page.keyboard.press(key)


def test_of_two_who_pull_visits_to_one_time_one_has_it(clerks: tuple[Page, Page], practice: Practice) -> None:
    early, late = visit(practice, "AO-0001", DAY, "10:00"), visit(practice, "AO-0004", DAY, "15:00")
    for page in clerks:
        look(page, DAY)
    pull(clerks[0], early, *["ArrowDown"] * 16)
    pull(clerks[1], late, *["ArrowUp"] * 4)
    for page in clerks:
        page.keyboard.press("Enter")
        page.locator(".toast, #board-ask[open]").first.wait_for()
    told = [page.locator("#board-ask").is_visible() for page in clerks]
    assert sorted(told) == [False, True]
    loser = clerks[told.index(True)]
    expect(loser.locator("#board-ask")).to_contain_text((early if told[1] else late).name)


def test_of_two_who_move_one_card_the_second_is_told_and_sees_where_it_is(
    clerks: tuple[Page, Page], practice: Practice
) -> None:
    made = visit(practice, "AO-0001", "2027-03-02", "09:00")
    for page in clerks:
        look(page, "2027-03-02")
    first, second = clerks
    pull(second, made, "ArrowDown")
    pull(first, made, "ArrowDown", "ArrowDown", "Enter")
    expect(first.locator(".toast")).to_contain_text("Moved to")
    second.unroute(HELD_BACK)
    second.keyboard.press("Enter")
    expect(second.locator(".toast.error")).to_contain_text("changed")
    expect(card(second, made)).to_have_attribute("data-minutes", "570")
    expect(card(second, made)).to_be_focused()


def test_an_undo_does_not_take_back_what_another_did_since(clerks: tuple[Page, Page], practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-03-03", "09:00")
    first, second = clerks
    look(first, "2027-03-03")
    pull(first, made, "ArrowDown", "Enter")
    expect(first.locator(".toast")).to_contain_text("Moved to")
    look(second, "2027-03-03")
    pull(second, made, "ArrowDown", "Enter")
    expect(second.locator(".toast")).to_contain_text("Moved to")
    first.unroute(HELD_BACK)
    first.keyboard.press("z")
    expect(first.locator(".toast.error")).to_contain_text("The visit was changed since then")
    expect(card(first, made)).to_have_attribute("data-minutes", "570")
