"""The front desk's board: visits move by key and by pointer, what others do is seen, what was done is undone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.boards import COUNTING, card, inputs, visit
from tests.journeys.conftest import sign_in
from tests.journeys.practice import Practice

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
