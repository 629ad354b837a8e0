"""The board under a finger: a long press picks a visit up, a shorter one scrolls, a second finger puts it back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.boards import Made, card, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser]
QUARTER_PX = 27
LONG_MS = 1000
Point = tuple[float, float]


@pytest.fixture
def tablet(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A screen that is touched; its clock can be put forward."""
    size = {"width": 1024, "height": 768}
    context = browser.new_context(**browser_context_args, viewport=size, has_touch=True)
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


class Finger:
    """One that presses, moves and lets go, as the screen tells it."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)

    def press(self, *points: Point) -> None:
        self._tell("touchStart", points)

    def move(self, *points: Point) -> None:
        self._tell("touchMove", points)

    def lift(self) -> None:
        self._tell("touchEnd", ())

    def _tell(self, kind: str, points: tuple[Point, ...]) -> None:
        told = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})


def at(page: Page, made: Made, on: str) -> Point:
    """Where a finger presses its card."""
    sign_in(page, f"/day/{on}")
    mine = card(page, made)
    mine.scroll_into_view_if_needed()
    box = mine.bounding_box()
    assert box is not None
    return box["x"] + 40, box["y"] + 12


def held(page: Page, made: Made) -> None:
    expect(page.locator(".moving")).to_have_count(1)
    expect(card(page, made)).to_be_focused()


def test_a_long_press_picks_a_visit_up_and_letting_go_moves_it(tablet: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-10", "10:00")
    x, y = at(tablet, made, "2027-02-10")
    finger = Finger(tablet)
    finger.press((x, y))
    held(tablet, made)
    for step in range(1, 5):
        finger.move((x, y + step * QUARTER_PX / 2))
    expect(tablet.locator("#board-state")).to_contain_text("10:30")
    finger.lift()
    expect(tablet.locator(".toast")).to_contain_text("Moved to")
    expect(card(tablet, made)).to_have_attribute("data-minutes", "630")
    expect(tablet.locator("dialog.sheet")).not_to_be_visible()


def test_the_server_decides_where_a_pulled_visit_may_lie(tablet: Page, practice: Practice) -> None:
    made, other = visit(practice, "AO-0001", "2027-02-22", "10:00"), visit(practice, "AO-0002", "2027-02-22", "11:00")
    x, y = at(tablet, made, "2027-02-22")
    finger = Finger(tablet)
    finger.press((x, y))
    held(tablet, made)
    finger.move((x, y + QUARTER_PX * 2))
    finger.move((x, y + QUARTER_PX * 3))
    finger.lift()
    expect(tablet.locator("#board-ask")).to_contain_text(other.name)
    expect(card(tablet, made)).to_have_attribute("data-minutes", "600")


def test_a_finger_that_scrolls_moves_the_board_and_no_visit(tablet: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-23", "10:00")
    x, y = at(tablet, made, "2027-02-23")
    board, finger = tablet.locator("day-board"), Finger(tablet)
    before = board.evaluate("board => board.scrollTop")
    finger.press((x, y))
    for step in range(1, 9):
        finger.move((x, y - step * 10))
    expect(board).not_to_have_js_property("scrollTop", before)
    tablet.clock.fast_forward(LONG_MS)
    finger.lift()
    expect(tablet.locator(".moving")).to_have_count(0)
    expect(card(tablet, made)).to_have_attribute("data-minutes", "600")
    expect(tablet.locator("dialog.sheet")).not_to_be_visible()


@pytest.mark.parametrize("by", ["Escape", "a second finger"])
def test_a_visit_on_its_way_is_put_back(tablet: Page, practice: Practice, by: str) -> None:
    on = {"Escape": "2027-02-17", "a second finger": "2027-02-24"}[by]
    made = visit(practice, "AO-0001", on, "10:00")
    x, y = at(tablet, made, on)
    finger = Finger(tablet)
    finger.press((x, y))
    held(tablet, made)
    finger.move((x, y + QUARTER_PX))
    finger.move((x, y + QUARTER_PX * 2))
    expect(tablet.locator("#board-state")).to_contain_text("10:30")
    if by == "Escape":
        tablet.keyboard.press("Escape")
    else:
        finger.press((x, y + QUARTER_PX * 2), (x + 200, y + QUARTER_PX))
    expect(tablet.locator(".moving")).to_have_count(0)
    finger.lift()
    expect(tablet.locator("#board-state")).to_have_text("")
    expect(card(tablet, made).locator(".what")).to_contain_text("10:00")
    expect(tablet.locator("dialog.sheet")).not_to_be_visible()
