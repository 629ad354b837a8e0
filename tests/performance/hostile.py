"""What pages take while calendars that are meant to hurt are read: `python -m tests.performance.hostile`, by hand.

A practice with courses under way is served over HTTP; the day board, a course and the patients are asked for in turn,
first alone, then while one hostile calendar after the other is read in the sandbox, as the worker does. Prints the 95th
percentiles in milliseconds as JSON, for rounds that alternate; the target is less than twice the quiet one.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from time import monotonic, perf_counter
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from clinic.calendars.sandbox import run
from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.domain.errors import Invalid
from tests.journeys import screens
from tests.journeys.practice import EMAIL, PASSWORD, Practice, furnish, served
from tests.unit.calendars.test_busy import OPTIONS
from tests.unit.calendars.test_busy_hostile import READ, SLOW

ROUNDS = 3
SECONDS = 30.0


def signed_in(url: str) -> OpenerDirector:
    """A browser of somebody of the practice."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{url}/sign-in").read().decode()
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "login": EMAIL, "password": PASSWORD}
    browser.open(f"{url}/sign-in", urlencode(form).encode()).read()
    return browser


def pages(practice: Practice, seconds: float) -> list[float]:
    """How long each page took, in milliseconds."""
    browser, ends, found = signed_in(practice.url), monotonic() + seconds, []
    asked = [screens.DAY, screens.course(practice, "AO-0002"), "/patients"]
    while monotonic() < ends:
        for path in asked:
            began = perf_counter()
            browser.open(practice.url + path).read()
            found.append((perf_counter() - began) * 1000)
    return found


@contextmanager
def attacked() -> Iterator[None]:
    """While the block runs, hostile calendars are read without a pause."""
    over = Event()

    def attack() -> None:
        bodies = [made() for made in SLOW.values()]
        while not over.is_set():
            for body in bodies:
                if not over.is_set():
                    with suppress(Invalid):
                        run(READ, body, OPTIONS)

    thread = Thread(target=attack)
    thread.start()
    yield
    over.set()
    thread.join()


def p95(found: list[float]) -> float:
    return quantiles(found, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time pages while hostile calendars are read.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each half of a round")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'clinic.db'}"
        engine = open_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        furnish(url)
        quiet, loud = [], []
        with served(url) as practice:
            pages(practice, 3)
            for _ in range(ROUNDS):
                quiet.append(p95(pages(practice, args.seconds)))
                with attacked():
                    loud.append(p95(pages(practice, args.seconds)))
    shown = {"quiet_p95": round(median(quiet), 1), "hostile_p95": round(median(loud), 1)}
    print(json.dumps({**shown, "ratio": round(median(loud) / median(quiet), 2)}))


if __name__ == "__main__":
    main()
