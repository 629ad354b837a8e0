"""A full board on a slow machine and a thin line: how much travels, how soon it can be used, how long it blocks."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from sqlalchemy import select

from clinic.db.tables.practice import location
from clinic.db.visits import occupied
from clinic.db.visits.occupied import Busy
from clinic.domain.time import at_wall, tick_floor
from tests import world
from tests.journeys.boards import LEEDS
from tests.journeys.conftest import sign_in
from tests.journeys.practice import NOW, Opened, Practice

pytestmark = [pytest.mark.journey, pytest.mark.browser]
KB = 1024
TRIES = 3
GIVEN = ("Amelia", "Bartholomew", "Chiara", "Dmitri", "Eszter", "Fiona", "Gwilym", "Hanneke", "Ibrahim", "Josephine")
FAMILY = ("Abernathy", "Björklund", "Castellano", "Dąbrowski", "Eastwood", "Featherstone", "Grünwald", "Hawthorne")
TICKS = 6
WATCH = """
    window.ready = 0;
    const there = () => document.querySelector("day-board[data-drawn=''] a.visit[tabindex='0']");
    const look = () => there() ? (ready = performance.now()) : requestAnimationFrame(look);
    look();
"""
DRAWN = "new Promise(done => { const look = () => ready ? done() : requestAnimationFrame(look); look(); })"
SLOWER = 4
TASK = "RunTask"
TRACED = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]


@pytest.fixture(scope="module")
def full(opened: Opened) -> Iterator[Practice]:
    """Monday 1 March has 120 visits with 12 therapists, Tuesday 400 with 20."""
    with opened("full") as practice:
        _fill(practice)
        yield practice


def _fill(practice: Practice) -> None:
    with practice.database.begin() as unit:
        connection = unit.connection
        leeds = connection.execute(select(location.c.id).where(location.c.code == "leeds")).scalar_one()
        for n in range(20):
            world._therapist(connection, leeds, 100 + n, f"{GIVEN[n % 10]} {FAMILY[n % 8]}")
        patients = [world.patient(connection, 1000 + n, **_named(n), email=None, phone=None) for n in range(400)]
        rows = [*_day(patients, "2027-03-01", 12, 10), *_day(patients, "2027-03-02", 20, 20)]
        occupied.occupy(connection, leeds, LEEDS, rows, now=NOW)


def _named(n: int) -> dict[str, str]:
    given, family = GIVEN[n % 10], FAMILY[n // 10 % 8]
    return {"given_names": given, "family_name": f"{family}-{n}", "search_name": f"{family} {given}".lower()}


def _day(patients: list[int], on: str, therapists: int, visits: int) -> Iterator[Busy]:
    opens = tick_floor(at_wall(date.fromisoformat(on), 8 * 60, LEEDS))
    for n in range(therapists * visits):
        starts = opens + n % visits * TICKS
        yield Busy(f"v{on[-2:]}{n:013}", f"{on}-{n}@x.test", patients[n], f"t{100 + n // visits}", starts, starts + 5)


@pytest.fixture
def slow(browser: Browser, browser_context_args: dict[str, Any], full: Practice) -> Iterator[Page]:
    """1.6 Mbit/s, 150 ms away."""
    context: BrowserContext = browser.new_context(**browser_context_args | {"base_url": full.url})
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, "/my/changes")
    page.add_init_script(WATCH)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    thin = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
    line.send("Network.emulateNetworkConditions", thin)
    yield page
    context.close()


def tasks(trace: bytes) -> list[float]:
    """How long the page's own thread worked at a stretch, in milliseconds of processor time four times as slow: what
    else runs on the machine does not count."""
    events = json.loads(trace)["traceEvents"]
    threads = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    long = dict.fromkeys(threads, 0.0)
    for event in events:
        if event["name"] == TASK and (event["pid"], event["tid"]) in long:
            long[event["pid"], event["tid"]] += event.get("tdur", 0)
    busiest = max(long, key=lambda thread: long[thread])
    own = (e for e in events if e["name"] == TASK and (e["pid"], e["tid"]) == busiest)
    return [SLOWER * event.get("tdur", 0) / 1000 for event in own]


def loaded(browser: Browser, page: Page, on: str, cards: int) -> dict[str, float]:
    """Cold: what travelled in bytes, when it was ready, how long it blocked and the longest task in milliseconds."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    came: list[Response] = []

    def note(answer: Response) -> None:
        came.append(answer)

    page.on("response", note)
    browser.start_tracing(page=page, categories=TRACED)
    page.goto(f"/day/{on}")
    page.evaluate(DRAWN)
    worked = tasks(browser.stop_tracing())
    expect(page.locator("a.visit")).to_have_count(cards)
    sizes = [answer.request.sizes()["responseBodySize"] for answer in came if "/live" not in answer.url]
    page.remove_listener("response", note)
    blocked = sum(max(0.0, each - 50) for each in worked)
    return {"bytes": sum(sizes), "ready": page.evaluate("ready"), "blocked": blocked, "longest": max(worked)}


@pytest.mark.parametrize(("on", "cards", "most"), [("2027-03-01", 120, 30 * KB), ("2027-03-02", 400, 60 * KB)])
def test_a_full_board_is_light(
    browser: Browser, slow: Page, on: str, cards: int, most: int, record_property: Callable[[str, object], None]
) -> None:
    """Times are told and not judged: they are the machine's. Wanted are 1,200 ms until it is ready and 100 ms blocked
    with 120 cards, no task over 100 ms with 400; the best of three counts."""
    found = [loaded(browser, slow, on, cards) for _ in range(TRIES)]
    best = {name: round(min(each[name] for each in found)) for name in ("ready", "blocked", "longest")}
    record_property(f"{cards} cards", best)
    assert found[0]["bytes"] <= most
