"""The front desk's board: visits move by key and by pointer, what others do is seen, what was done is undone."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.boards import COUNTING, DRAWN, card, inputs, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice
from tests.journeys.test_looks import faults

pytestmark = [pytest.mark.journey, pytest.mark.browser]
WITHIN = 2000


def at(page: Page, on: str, more: str = "") -> None:
    page.add_init_script(COUNTING)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, f"/day/{on}{more}")


def test_a_visit_moves_by_four_keys_and_back_by_one(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-01", "10:00")
    at(page, "2027-02-01")
    card(page, made).focus()
    before = inputs(page)
    for key in ("m", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text("10:15")
    expect(card(page, made)).to_have_attribute("data-minutes", "615")
    assert inputs(page) - before <= 4
    expect(card(page, made)).to_be_focused()
    before = inputs(page)
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_contain_text("Undone")
    expect(card(page, made)).to_have_attribute("data-minutes", "600")
    assert inputs(page) - before == 1
    expect(card(page, made)).to_be_focused()


def test_who_is_in_the_way_is_said_and_one_key_takes_the_nearest_time(page: Page, practice: Practice) -> None:
    first = visit(practice, "AO-0001", "2027-02-02", "10:00")
    other = visit(practice, "AO-0002", "2027-02-02", "11:00")
    at(page, "2027-02-02")
    card(page, first).focus()
    for key in ("m", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    asks = page.locator("#board-ask")
    expect(asks).to_be_visible()
    expect(asks).to_contain_text("Morag Hale has another visit then")
    expect(asks).to_contain_text(other.name)
    assert asks.locator("[data-suggest] button").count() == 3
    before = inputs(page)
    taken = asks.locator("[data-suggest] button").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Moved to")
    assert inputs(page) - before <= 2
    [clock] = re.findall(r"\d\d:\d\d", taken)
    hours, minutes = map(int, clock.split(":"))
    expect(card(page, first)).to_have_attribute("data-minutes", str(hours * 60 + minutes))


def test_what_another_clerk_does_is_seen_within_two_seconds_and_the_focus_stays(page: Page, practice: Practice) -> None:
    moves = visit(practice, "AO-0001", "2027-02-03", "10:00")
    stays = visit(practice, "AO-0002", "2027-02-03", "14:00")
    at(page, "2027-02-03")
    other = page.context.new_page()
    other.goto("/day/2027-02-03")
    kept = card(other, stays)
    kept.focus()
    kept.evaluate("card => (card.same = true)")
    card(page, moves).focus()
    for key in ("m", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text("09:45")
    expect(card(other, moves)).to_have_attribute("data-minutes", "585", timeout=WITHIN)
    expect(kept).to_be_focused()
    assert kept.evaluate("card => card.same")
    booked = visit(practice, "AO-0004", "2027-02-03", "16:00")
    expect(card(other, booked)).to_be_visible(timeout=WITHIN)


def test_a_card_is_pulled_to_a_quarter_of_an_hour_and_to_a_colleague(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-01", "15:00")
    at(page, "2027-02-01")
    mine = card(page, made)
    mine.scroll_into_view_if_needed()
    box = mine.bounding_box()
    assert box is not None
    x, y = box["x"] + 40, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y + 3)
    assert page.locator(".moving").count() == 0
    page.mouse.move(x, y - 58, steps=4)
    expect(page.locator(".moving")).to_have_count(1)
    page.mouse.up()
    expect(mine).to_have_attribute("data-minutes", "870")
    expect(page.locator("dialog.sheet")).not_to_be_visible()
    expect(page.locator(".toast")).to_contain_text("Moved to")
    column = page.locator(".column", has_text="Daniel Okafor")
    there, box = column.bounding_box(), mine.bounding_box()
    assert there is not None
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(there["x"] + 60, box["y"] + 12, steps=6)
    page.mouse.up()
    expect(column.locator(f"a[href='/visits/{made.public_id}']")).to_have_attribute("data-minutes", "870")
    expect(page.locator(".toast")).to_contain_text("14:30, Daniel Okafor")


def test_escape_puts_a_card_back_and_a_press_opens_it(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-08", "10:00")
    at(page, "2027-02-08")
    card(page, made).focus()
    for key in ("m", "ArrowDown", "Shift+ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#board-state")).to_contain_text("10:20")
    page.keyboard.press("Escape")
    expect(card(page, made)).to_be_focused()
    expect(page.locator(".moving")).to_have_count(0)
    assert card(page, made).get_attribute("data-minutes") == "600"
    card(page, made).click()
    expect(page.get_by_role("dialog", name=made.name)).to_be_visible()


def test_what_takes_the_focus_is_drawn_first_however_slow_the_machine(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-03-15", "10:00")
    page.add_init_script("window.requestAnimationFrame = () => 0")  # a frame that never comes
    at(page, "2027-03-15")
    mine = page.locator(f"a.visit[href='/visits/{made.public_id}']")
    page.locator("day-board").evaluate("board => board.dataset.drawn = 'partly'")
    page.locator(".column", has=mine).evaluate("column => column.dataset.drawn = ''")
    mine.focus()
    for key in ("m", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        expect(mine).to_be_focused()
    page.keyboard.press("Escape")
    expect(mine).to_be_focused()
    expect(page.locator(".moving")).to_have_count(0)


def test_without_a_line_the_board_says_so_and_the_card_goes_back(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-08", "14:00")
    at(page, "2027-02-08")
    page.context.set_offline(True)
    card(page, made).focus()
    for key in ("m", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#board-state")).to_contain_text("No connection")
    expect(card(page, made).locator("..")).to_have_class(re.compile("^h-14 m-0 (?!.*moving)"))
    page.context.set_offline(False)
    expect(page.locator("#board-state")).to_have_text("", timeout=WITHIN)


def test_a_move_that_breaks_the_course_says_so_and_leads_to_what_would_move_with_it(
    page: Page, practice: Practice
) -> None:
    at(page, "2026-11-24", "")
    page.goto("/week/2026-11-30")
    page.get_by_role("link", name="Morag Hale").click()
    page.locator(f"{DRAWN} a.visit.is-booked", has_text="Ellery").focus()
    for key in ("m", "ArrowLeft", "ArrowLeft", *["ArrowDown"] * 8, "Enter"):
        page.keyboard.press(key)
    asks = page.locator("#board-ask")
    expect(asks).to_be_visible()
    expect(asks.get_by_role("button", name="Move only this one")).to_be_visible()
    asks.get_by_role("button", name="See what would move with it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("with those around it?")
    expect(page.locator("#together [name=back]")).to_have_value(re.compile("^/week/2026-11-30.*who="))


def test_what_one_did_is_listed_and_undone_from_there(page: Page, practice: Practice) -> None:
    made = visit(practice, "AO-0001", "2027-02-09", "10:00")
    at(page, "2027-02-09")
    page.goto(f"/visits/{made.public_id}/cancel")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Cancel this visit").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text(f"Cancelled: {made.name}")
    page.goto("/my/changes")
    line = page.get_by_role("listitem").filter(has_text=f"Cancelled: {made.name}").first
    line.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Undone")
    page.goto("/day/2027-02-09")
    expect(card(page, made)).to_have_class(re.compile("is-booked"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_on_its_way_and_what_stands_in_its_way_are_accessible(
    page: Page, practice: Practice, theme: Literal["light", "dark"]
) -> None:
    on = {"light": "2027-02-15", "dark": "2027-02-16"}[theme]
    first, other = visit(practice, "AO-0001", on, "10:00"), visit(practice, "AO-0002", on, "11:00")
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    at(page, on)
    card(page, first).focus()
    for key in ("m", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".moving")).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#board-ask")).to_contain_text(other.name)
    assert faults(page) == []
    page.keyboard.press("Escape")
    box = card(page, first).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 70, steps=4)
    expect(page.locator(".moving")).to_have_count(1)
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.mouse.up()
