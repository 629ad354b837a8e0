"""The page of every failure in a browser: accessible in light and dark, no wider than the narrowest phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from clinic import wiring
from clinic.domain.errors import Forbidden, Infeasible, Invalid, NotFound, Refused, SlotTaken, Stale, TooMany
from clinic.resources import built_assets
from clinic.web import errors
from clinic.web.app import create_app
from clinic.web.gate import public
from tests.journeys.conftest import missing
from tests.journeys.practice import listening
from tests.journeys.test_looks import AXE, NARROW, PHONE, WIDE, faults, sideways, small

pytestmark = [pytest.mark.journey, pytest.mark.browser]
FAILURES: dict[str, tuple[int, Exception]] = {
    "invalid": (400, Invalid("text_missing", field="name")),
    "forbidden": (403, Forbidden("visit.move")),
    "not-found": (404, NotFound("visit")),
    "taken": (409, SlotTaken()),
    "stale": (409, Stale("visit", seen=1, current=2)),
    "infeasible": (422, Infeasible("nothing_helps", session=1)),
    "refused": (422, Refused("patient_restricted", rule=0)),
    "too-many": (429, TooMany(60)),
    "broken": (500, RuntimeError("broken")),
    "no-database": (503, OperationalError("select", {}, Exception("gone"))),
}
COMPARED = "compared"
"""The fullest page: other times to choose, and what a stale form holds beside what is there."""


def _fail(name: str) -> Response:
    if name != COMPARED:
        raise FAILURES[name][1]
    times = [{"label": f"Tuesday 24 November, {hour}:00, Amara Okafor", "href": "/"} for hour in (9, 11, 14)]
    fields = [{"field": "Given names", "yours": "Mika Jo", "current": "Mika"}]
    return errors.page(409, "Somebody else changed it.", alternatives=times, versions=fields, retry_url="/")


def _failing(path: Path) -> Flask:
    """An application on an empty database, with an address for every failure."""
    with pytest.MonkeyPatch.context() as patch:
        settings = {"DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": "k" * 32, "URL": "http://127.0.0.1"}
        for name, value in settings.items():
            patch.setenv(f"CLINIC_{name}", value)
        given = wiring.settings()
        app = create_app(wiring.web_parts(given, wiring.open_database(given)))
    app.add_url_rule("/fails/<name>", "fails", public(_fail))
    return app


@pytest.fixture(scope="module")
def page(
    browser: Browser,
    browser_context_args: dict[str, Any],
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    if not AXE.is_file() or not (built_assets() / "manifest.json").is_file():
        missing("axe-core or the front end is missing: run make setup")
    path = tmp_path_factory.mktemp("failing") / "clinic.db"
    shutil.copyfile(sqlite_template, path)
    with listening(_failing(path)) as server:
        context = browser.new_context(**{**browser_context_args, "base_url": f"http://127.0.0.1:{server.port}"})
        yield context.new_page()
        context.close()


def test_every_status_that_has_a_page_is_looked_at() -> None:
    assert {status for status, _ in FAILURES.values()} == errors.PAGES


@pytest.mark.parametrize("name", [*FAILURES, COMPARED])
def test_the_page_of_a_failure_is_accessible_and_fits(page: Page, name: str) -> None:
    page.set_viewport_size({"width": WIDE, "height": 900})
    answer = page.goto(f"/fails/{name}")
    assert answer is not None
    assert answer.status == (409 if name == COMPARED else FAILURES[name][0])
    for width, least in ((WIDE, 24), (PHONE, 48), (NARROW, 48)):
        page.set_viewport_size({"width": width, "height": 800})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert faults(page) == []
        assert sideways(page) == []
        assert small(page, least) == []
