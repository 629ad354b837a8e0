"""A check-in in a browser, by keyboard alone: the date of birth, the form, thanks; then what a sign of danger shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from clinic.content.checkin import load
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from tests.journeys.care_screens import looked_after
from tests.journeys.conftest import missing
from tests.journeys.practice import Practice
from tests.journeys.test_looks import AXE, NARROW, PHONE, WIDE, cut, faults, look, sideways, small

pytestmark = [pytest.mark.journey, pytest.mark.browser]


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Somebody at home, who is not signed in."""
    if not AXE.is_file():
        missing("axe-core is not installed: run make setup")
    context = browser.new_context(**browser_context_args)
    found = context.new_page()
    found.emulate_media(reduced_motion="reduce")
    yield found
    context.close()


def fine(page: Page, name: str) -> None:
    """Accessible in light and dark, and no wider than a phone."""
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for width in (WIDE, PHONE, NARROW):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function("width => innerWidth === width", arg=width)
            assert sideways(page) + cut(page) == []
            look(page, name, width, theme)
        assert small(page, 48) == []
        assert faults(page) == []


def born(practice: Practice) -> str:
    """The day on which whoever is asked was born."""
    query = select(patient.c.birth_on).join(appointment, appointment.c.patient_id == patient.c.id)
    with practice.database.read() as unit:
        done = query.where(appointment.c.status == "done").order_by(appointment.c.starts_tick.desc())
        return str(unit.connection.execute(done.limit(1)).scalar_one().isoformat())


def known(page: Page, address: str, day: str) -> None:
    page.goto(address)
    page.get_by_label("The patient’s date of birth").fill(day)  # in which order the parts are typed is the system's
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_role("heading", name="How it feels")).to_be_visible()


def to(page: Page, name: str) -> None:
    """On with Tab to the field of that name."""
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_how_one_is_is_told_by_keyboard_and_a_sign_of_danger_says_what_to_do(page: Page, practice: Practice) -> None:
    address = looked_after(practice, "at-home")
    day = born(practice)
    known(page, address, day)
    fine(page, "checkin-form")
    for each in load().alarms:
        to(page, f"alarm-{each.sign.name}")
        page.keyboard.press("Space")
    for name, score in (("pain", 3), ("soreness", 1)):
        to(page, name)
        for _ in range(score):
            page.keyboard.press("ArrowRight")
    to(page, "felt")
    page.keyboard.press("Space")
    to(page, "words")
    page.keyboard.type("Better than before.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("usually gone within 3 days").first).to_be_visible()
    fine(page, "checkin-thanks")
    known(page, address, day)
    expect(page.get_by_text("You have answered already.")).to_be_visible()
    to(page, "alarm-breathing")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Please get help now")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("999")
    fine(page, "checkin-alarm")


def test_what_is_lacking_is_named_and_led_to(page: Page, practice: Practice) -> None:
    known(page, looked_after(practice, "at-home-too"), born(practice))
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_text("Please choose one.")).to_have_count(len(load().alarms) + 2)
    page.get_by_role("link", name="Some questions are not answered yet.").press("Enter")
    expect(page.locator("#alarm-breathing")).to_be_in_viewport()
    fine(page, "checkin-lacks")
