"""How every screen looks in a browser: accessible in light and dark, no wider than a phone, light to load."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from tests.journeys import screens
from tests.journeys.conftest import missing, sign_in
from tests.journeys.forced import unseen
from tests.journeys.listed import NAMES, UNSEEN
from tests.journeys.practice import ROOT, Practice
from tests.web.routes import ROUTES

pytestmark = [pytest.mark.journey, pytest.mark.browser]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURED = ["color-contrast", "link-in-text-block"]
"""Rules that one theme can keep and the other break: themes differ in colours alone."""
KB = 1024
LARGEST_TOTAL = {"day": 30 * KB, "new-preview": 35 * KB, "course": 15 * KB, "link": 12 * KB, "session-record": 25 * KB}
WIDE, PHONE, NARROW = 1440, 390, 320
TABLETS = (1280, 1024, 768, 641)


@pytest.fixture(scope="module")
def desk(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """Somebody who is signed in, and looks at one screen after the other."""
    if not AXE.is_file():
        missing("axe-core is not installed: run make setup")
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")  # colours are judged once they have changed
    sign_in(page)
    yield page
    context.close()


@pytest.fixture(scope="module")
def addresses(desk: Page, practice: Practice) -> dict[str, str]:
    """Every screen; some are found on others."""
    return screens.everywhere(practice, lambda path: desk.request.get(path).text())


@pytest.fixture
def looker(desk: Page, name: str) -> Iterator[Page]:
    """Who looks at that screen: nobody is signed in where one signs in, and the desk is again afterwards."""
    held = desk.context.cookies()
    if name == "sign-in":
        desk.context.clear_cookies()
    yield desk
    desk.context.clear_cookies()
    desk.context.add_cookies([{**cookie} for cookie in held])


@pytest.fixture
def complaints(desk: Page) -> Iterator[list[str]]:
    """What the browser found fault with: scripts, policies, answers; looked at when the test ends."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    def fail(error: object) -> None:
        said.append(str(error))

    desk.on("console", note)
    desk.on("pageerror", fail)
    yield said
    desk.remove_listener("console", note)
    desk.remove_listener("pageerror", fail)


def look(page: Page, name: str, width: int, theme: str = "light") -> None:
    """Keep a picture where CLINIC_PICTURES says."""
    folder = os.environ.get("CLINIC_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=True)


def faults(page: Page, *, contrast: bool = True, only: list[str] | None = None) -> list[str]:
    """What axe-core finds: rule and element. Forced colours are the system's, and it reads the page's own instead."""
    page.locator("day-board:defined:not([data-drawn=''])").wait_for(state="detached")  # its script draws a board last
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    given: dict[str, Any] = {"runOnly": only or RULES, "resultTypes": ["violations"], "selectors": False}
    if not only:
        given["rules"] = {"color-contrast": {"enabled": contrast}}
    found = page.evaluate("async given => (await axe.run(given)).violations", given)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def sideways(page: Page) -> list[str]:
    """What sticks out of the window, though it does not scroll by itself."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    return found


def cut(page: Page) -> list[str]:
    """Tables and panels that have more than they show."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.scroll, .panel, .bar, .nav')]
            .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.outerHTML.slice(0, 120))"""
    )
    return found


def small(page: Page, least: int) -> list[str]:
    """Controls that are hard to hit (WCAG 2.2, 2.5.8): links in sentences are exempt."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('button, select, .button, nav a, summary, input:not([type=hidden])')]
            .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest('.unseen'))
            .map(each => [each, (each.closest('label') ?? each).getBoundingClientRect()])
            .filter(([, box]) => box.height && (box.height < least || box.width < least))
            .map(([each]) => each.outerHTML.slice(0, 120))""",
        least,
    )
    return found


def test_no_page_is_left_out(addresses: dict[str, str]) -> None:
    assert sorted(addresses) == sorted(NAMES)
    seen = [address.partition("?")[0] for address in addresses.values()]
    pages = [route.split()[1] for route in ROUTES if route.startswith("GET ")]
    shapes = {page: re.compile(re.sub("<[^>]+>", "[^/]+", page)) for page in pages if page not in UNSEEN}
    assert [page for page, shape in shapes.items() if not any(map(shape.fullmatch, seen))] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_is_accessible_and_fits(
    looker: Page, addresses: dict[str, str], complaints: list[str], name: str
) -> None:
    desk = looker
    desk.set_viewport_size({"width": WIDE, "height": 900})
    desk.emulate_media(color_scheme="light", forced_colors="none")
    desk.goto(addresses[name])
    assert faults(desk) == []
    look(desk, name, WIDE)
    desk.emulate_media(color_scheme="dark")
    assert faults(desk, only=COLOURED) == []
    look(desk, name, WIDE, "dark")
    desk.emulate_media(forced_colors="active")
    assert faults(desk, contrast=False) + unseen(desk) == []
    look(desk, name, WIDE, "forced")
    desk.emulate_media(forced_colors="none")
    assert small(desk, 24) == []
    for width in TABLETS:
        desk.set_viewport_size({"width": width, "height": 900})
        assert sideways(desk) + cut(desk) == []
    for width, least in ((PHONE, 48), (NARROW, 48)):
        desk.set_viewport_size({"width": width, "height": 800})
        look(desk, name, width, "dark")
        assert sideways(desk) + cut(desk) == []
        assert small(desk, least) == []
    assert faults(desk) == []
    assert complaints == [] or name == "missing"


def test_a_name_of_one_long_word_is_no_wider_than_a_phone(desk: Page, addresses: dict[str, str]) -> None:
    desk.set_viewport_size({"width": NARROW, "height": 800})
    desk.goto(addresses["record"])
    desk.locator("h1").evaluate("held => held.append('Rindfleischetikettierungsueberwachung')")
    assert sideways(desk) == []


def test_opened_parts_are_accessible(desk: Page, addresses: dict[str, str], complaints: list[str]) -> None:
    desk.set_viewport_size({"width": WIDE, "height": 900})
    for theme in ("light", "dark"):
        desk.emulate_media(color_scheme=theme)
        desk.goto(addresses["day"])
        desk.keyboard.press("?")
        desk.get_by_role("dialog", name="Keyboard").wait_for()
        assert faults(desk) == []
        look(desk, "help", WIDE, theme)
        desk.keyboard.press("Escape")
        desk.locator(".account summary").click()
        assert faults(desk) == []
        desk.locator("a.visit").first.click()
        desk.locator("dialog.sheet h1").wait_for()
        assert faults(desk) == []
        look(desk, "sheet", WIDE, theme)
        desk.get_by_role("link", name="Move…").click()
        desk.get_by_role("button", name="Move to this time").wait_for()
        assert faults(desk) == []
        look(desk, "sheet-move", WIDE, theme)
        desk.goto("/patients")
        desk.keyboard.press("Control+k")
        desk.get_by_role("option", name="New course").wait_for()
        assert faults(desk) == []
        look(desk, "find-nothing", WIDE, theme)
        desk.keyboard.type("ha")
        desk.get_by_role("group", name="Patients").wait_for()
        assert faults(desk) == []
        look(desk, "found", WIDE, theme)
    assert complaints == []


def test_a_visit_is_given_up_for_a_new_date_by_keyboard_alone(
    desk: Page, addresses: dict[str, str], complaints: list[str]
) -> None:
    """Looked at in both themes and on a phone; nothing is written."""
    desk.set_viewport_size({"width": WIDE, "height": 900})
    desk.goto(addresses["cancel"])
    desk.get_by_role("radio").first.focus()
    desk.keyboard.press("Space")
    desk.get_by_role("button", name="Cancel and find a new date").press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Cancel, and a new date")
    expect(desk.get_by_role("button", name="Take th")).to_be_visible()
    for theme in ("light", "dark"):
        desk.emulate_media(color_scheme=theme)
        assert faults(desk) == []
        look(desk, "lost", WIDE, theme)
    desk.get_by_label("Days to the next visit, at least").fill("9")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="Cancel without a new date")).to_be_visible()
    for width in (*TABLETS, PHONE, NARROW):
        desk.set_viewport_size({"width": width, "height": 800})
        look(desk, "lost", width, "dark")
        assert sideways(desk) + cut(desk) == []
        assert small(desk, 48 if width <= PHONE else 24) == []
    assert faults(desk) == []
    assert complaints == []


def test_a_refused_form_is_accessible(desk: Page, addresses: dict[str, str]) -> None:
    """Stale, incomplete, with a wrong field."""
    desk.set_viewport_size({"width": WIDE, "height": 900})
    desk.goto(addresses["cancel"])
    desk.get_by_role("button", name="Cancel this visit").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    assert faults(desk) == []
    desk.get_by_role("radio").first.check()
    desk.locator("input[name=version]").evaluate("field => (field.value = 0)")
    desk.get_by_role("button", name="Cancel this visit").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Somebody was faster")
    assert faults(desk) == []
    desk.goto(addresses["edit"])
    desk.get_by_label("Birth date").fill("2990-01-01")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_label("Birth date")).to_have_attribute("aria-invalid", "true")
    assert faults(desk) == []
    look(desk, "edit-refused", WIDE)


def test_a_handout_is_one_page_of_paper(desk: Page, addresses: dict[str, str]) -> None:
    desk.goto(addresses["handout"])
    assert len(re.findall(rb"/Type\s*/Page\b", desk.pdf(format="A4"))) == 1


@pytest.mark.parametrize("name", ["day", "day-rooms", "day-today"])
def test_a_board_is_one_tab_stop(desk: Page, addresses: dict[str, str], name: str) -> None:
    desk.goto(addresses[name])
    desk.locator("day-board a.visit[tabindex='0']").wait_for()
    assert desk.locator("day-board :is(a, button, [tabindex]):not([tabindex='-1'])").count() == 1


@pytest.mark.parametrize("name", LARGEST_TOTAL)
def test_a_cold_load_stays_within_its_budget(
    browser: Browser, browser_context_args: dict[str, Any], desk: Page, addresses: dict[str, str], name: str
) -> None:
    """Bytes of all answers as they travel, but for the tab's icon, whose size not every browser tells, and how many
    there are (UX brief)."""
    context: BrowserContext = browser.new_context(**browser_context_args, storage_state=desk.context.storage_state())
    page, came = context.new_page(), list[Response]()
    page.on("response", lambda answer: came.append(answer))  # a method of a list is no listener to Playwright
    page.goto(addresses[name], wait_until="networkidle")
    sizes = {answer.url: answer.request.sizes()["responseBodySize"] for answer in came}
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    context.close()
    assert sum(size for url, size in sizes.items() if "/favicon-" not in url) <= LARGEST_TOTAL[name], sizes
    assert len(sizes) <= 6
    assert scripts <= (20 if name == "new-preview" else 2 if name == "link" else 12) * KB
