"""What the preview of a new course costs: `python -m tests.performance.preview`, by hand, on a quiet machine.

A server with 20,000 booked appointments, asked over HTTP by somebody who is signed in, in turns: the preview of a
course, and a page of the same server that only fetches the same claims. Prints medians in milliseconds as JSON; the
target is a ratio of at most 2.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

from flask import Flask, render_template
from sqlalchemy import text
from werkzeug.serving import make_server

from clinic import resources
from clinic.db.practice import lists
from clinic.db.unit import Database
from clinic.domain.access.accounts import NewAccount
from clinic.services.access import accounts
from clinic.services.access.passwords import Passwords
from clinic.web.app import create_app
from clinic.web.gate import needs, parts
from clinic.web.parts import Parts
from tests.performance.filled import ACTOR, NOW, databases, fill, paired, patient

EMAIL, PASSWORD = "reed@clinic.example", "slow river, three bridges"
ROUNDS = 25
CLAIMS = text(
    "SELECT resource_id, starts, ends FROM claim JOIN resource ON resource.id = resource_id"
    " WHERE active AND kind <> 'patient'"
)


class Browser:
    """Keeps its connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **fields: str) -> str:
        """The page; follows nothing."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        self.connection.request(method, path, urlencode(fields) or None, headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status} {body[:400]}")
        return body


def token(page: str) -> str:
    """The token of the page's forms."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the page has no form")
    return found[1]


def application(database: Database) -> Flask:
    """The product, with one page more."""
    given = Parts(
        begin=database.begin,
        read=database.read,
        now=lambda: NOW,
        passwords=Passwords(),
        url="http://127.0.0.1",
        secret_key="k" * 32,
        templates=resources.templates(),
        dist=resources.built_assets() if resources.built_assets().is_dir() else Path(),
    )
    app = create_app(given)

    @app.get("/same-claims")
    @needs("plan.write")
    def same_claims() -> str:
        with parts().read() as unit:
            claims = unit.connection.execute(CLAIMS).fetchall()
        return render_template("errors/404.html", claims=len(claims))

    return app


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """Its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()


def measured(database: Database) -> dict[str, float]:
    """The medians, and their ratio."""
    fill(database, therapists=12, rooms=8, appointments=20_000)
    person = patient(database, 1)
    new = NewAccount(EMAIL, "Reed", "therapist")
    accounts.create(database.begin, new, PASSWORD, passwords=Passwords(), actor=ACTOR, now=NOW)
    with database.read() as unit:
        location = lists.locations(unit.connection)[0].public_id
    wishes = {"patient": person, "protocol": "low-back-chronic", "start": "2026-09-08", "location": location}
    with serving(application(database)) as port:
        browser = Browser(port)
        browser.ask(
            "POST", "/sign-in", login=EMAIL, password=PASSWORD, csrf_token=token(browser.ask("GET", "/sign-in"))
        )
        wishes |= {"csrf_token": token(browser.ask("GET", "/courses/new")), "region": "lumbar", "side": "both"}
        if 'name="expect"' not in browser.ask("POST", "/courses/preview", **wishes):
            raise SystemExit("the preview shows no course")
        ways = {
            "preview_ms": lambda: browser.ask("POST", "/courses/preview", **wishes),
            "same_claims_ms": lambda: browser.ask("GET", "/same-claims"),
        }
        found = paired(ways, rounds=ROUNDS)
    return found | {"ratio": round(found["preview_ms"] / found["same_claims_ms"], 2)}


if __name__ == "__main__":
    with databases(sys.argv[1:] or ["sqlite", "postgresql"]) as opened:
        print(json.dumps({name: measured(database) for name, database in opened.items()}, indent=1))
