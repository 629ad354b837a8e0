"""What journeys share: a Chromium, and the practice that it visits."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from clinic.resources import built_assets
from clinic.services.access import passwords
from tests.journeys.practice import EMAIL, PASSWORD, Opened, Practice, Serving, furnish, served

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""In the order they are looked for: the shell is the same engine without windows, which cost more than the pages."""
QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=30_000)  # ms: as patient as all else is with a slow machine


def missing(what: str) -> None:
    """Journeys are not left out where every change is judged."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="package", autouse=True)
def quick_to_hash() -> Iterator[None]:
    """The cheapest Argon2id there is, as for the web: nearly every test signs in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if not found:
        missing(f"no Chromium here: install it (apt-get install {BROWSERS[0]}) for the journeys in a browser")
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    return {**browser_type_launch_args, "executable_path": found, "args": args}


@pytest.fixture(scope="session")
def opened(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """`with opened("desk") as practice`: one whose patients, letters and clock are nobody else's."""
    furnished = dict[bool, Path]()

    def begin(name: str, clock: Callable[[], datetime] | None = None, *, empty: bool = False) -> Serving:
        if not (built_assets() / "manifest.json").is_file():
            missing("the front end is not built: run make setup")
        if empty not in furnished:
            furnished[empty] = copied(sqlite_template, "furnished")
            furnish(f"sqlite:///{furnished[empty]}", empty=empty)
        return served(f"sqlite:///{copied(furnished[empty], name)}", clock)

    def copied(template: Path, name: str) -> Path:
        return Path(shutil.copyfile(template, tmp_path_factory.mktemp(name) / "clinic.db"))

    return begin


@pytest.fixture(scope="module")
def practice(opened: Opened) -> Iterator[Practice]:
    """One practice for each module: each of its tests books for a patient of its own."""
    with opened("practice") as given:
        yield given


@pytest.fixture(scope="session")
def base_url() -> str:
    """None for the whole run: each module has its own practice."""
    return ""


@pytest.fixture(scope="module")
def browser_context_args(browser_context_args: dict[str, Any], practice: Practice) -> dict[str, Any]:
    """Pages are asked for by their path."""
    return {**browser_context_args, "base_url": practice.url, "locale": "en-GB", "timezone_id": "Europe/London"}


def sign_in(page: Page, onward: str = "/") -> None:
    """As somebody of the practice does it."""
    page.goto(f"/sign-in?next={onward}")
    page.get_by_label("E-mail or sign-in name").fill(EMAIL)
    page.get_by_label("Passphrase").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)  # that page's address holds the next one's
