"""Whatever the table of routes leads to is known: no template is left out, no form ends in a fault."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from clinic.resources import built_assets, templates
from tests.journeys.conftest import missing
from tests.journeys.forced import unseen
from tests.journeys.listed import NAMES
from tests.journeys.looking import Showing, worth_a_look
from tests.journeys.stage import State
from tests.journeys.states import generated
from tests.journeys.test_looks import AXE, COLOURED, NARROW, WIDE, faults, sideways, small
from tests.web.routes import ROUTES

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def states(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[State]:
    return generated(sqlite_template, tmp_path_factory.mktemp("states"))


def test_every_template_is_reached(states: list[State]) -> None:
    files = {path.relative_to(templates()).as_posix() for path in templates().rglob("*.html")}
    assert sorted(files.difference(*(state.templates for state in states))) == []


def test_every_route_is_asked_and_sent(states: list[State]) -> None:
    assert sorted(ROUTES.keys() - {state.route for state in states}) == []


def test_no_state_is_a_fault_but_where_it_is_meant(states: list[State]) -> None:
    broken = [(state.route, state.way) for state in states if state.status >= 500]
    assert broken == [("GET /patients", "gone"), ("GET /patients", "broken")]
    assert {400, 403, 404, 409, 422, 429} <= Counter(state.status for state in states).keys()


def test_what_is_named_within_a_page_is_there_once(states: list[State]) -> None:
    """Links that lead from a fault to its field, labels, and the words that belong to a field."""
    wrong: dict[str, set[str]] = {}
    for state in (each for each in states if "</html>" in each.html):
        bare = re.sub("<svg.*?</svg>", "", state.html, flags=re.DOTALL)
        there = Counter(re.findall(r' id="([^"]+)"', bare))
        named = re.findall(r' (?:href="#|for="|aria-describedby="|aria-labelledby="|form=")([^"]+)"', bare)
        missing = {one for each in named for one in each.split()} - there.keys()
        twice = {name for name, times in there.items() if times > 1}
        if missing | twice:
            wrong.setdefault(f"{state.route}, {state.page}", set()).update(missing | twice)
    assert wrong == {}


OPEN = """() => {
    document.querySelectorAll('main details').forEach(each => each.open = true);
    document.querySelectorAll('p[hidden], main button[hidden]').forEach(each => each.hidden = false);
}"""


def _looked_at(page: Page) -> list[str]:
    """In forced colours, then on the narrowest phone with everything open, in both themes, which differ in colours:
    switched, never loaded again."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    found = unseen(page)
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.evaluate(OPEN)
    found += [*sideways(page), *small(page, 48), *faults(page)]
    page.emulate_media(color_scheme="dark")
    return [*found, *faults(page, only=COLOURED)]


@pytest.mark.browser
def test_every_generated_state_is_accessible_and_fits(
    browser: Browser, browser_context_args: dict[str, Any], states: list[State]
) -> None:
    """Those that show something which the listed screens do not."""
    if not AXE.is_file() or not (built_assets() / "manifest.json").is_file():
        missing("axe-core or the front end is missing: run make setup")
    context = browser.new_context(**browser_context_args)
    showing, said = Showing(context), list[str]()
    showing.page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
    showing.page.on("pageerror", lambda error: said.append(str(error)))
    found: dict[str, list[str]] = {}
    for state in worth_a_look(states, NAMES):
        showing.show(state)
        found[f"{state.route}, {state.way}, {state.page}"] = [*_looked_at(showing.page), *said]
        said.clear()
    context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
