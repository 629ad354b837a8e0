"""How fast a calendar is served: `python -m tests.performance.feed`, by hand, on a quiet machine.

In one process and one run, in turns: the feed of a patient with a course (200 and 304), and beside it a Flask route of
the same application that makes one query and answers as many bytes. Prints as JSON how many statements each makes,
medians of the processor's time in microseconds, which other work on the machine does not lengthen, and the ratio of the
rates; the target is a ratio of at least 0.9.
"""

import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

from flask import Response
from sqlalchemy import event, select

from clinic import resources
from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.tables.messages import feed, feed_bytes
from clinic.db.unit import Database
from clinic.services.access.passwords import Passwords
from clinic.services.messages import feeds
from clinic.web.app import create_app
from clinic.web.gate import parts, public
from clinic.web.parts import Parts
from tests.db.post import Post
from tests.world import ACTOR, NOW, at, build

ROUNDS, EACH = 100, 20


def measured(folder: Path) -> dict[str, float]:
    """The medians, out of many short rounds taken in turns."""
    database = _filled(folder)
    made = feeds.create(database.begin, "patient", "patient1", "phone", actor=ACTOR, now=NOW)
    given = Parts(
        begin=database.begin,
        read=database.read,
        now=lambda: NOW,
        passwords=Passwords(),
        url="http://localhost",
        secret_key="k" * 32,
        templates=resources.templates(),
        dist=folder,
    )
    app = create_app(given)

    @app.get("/one-query/<key>")
    @public
    def one_query(key: str) -> Response:
        query = select(feed_bytes.c.body).join(feed, feed.c.id == feed_bytes.c.feed_id).where(feed.c.public_id == key)
        with parts().read() as unit:
            body = unit.connection.execute(query).scalar_one()
        return Response(body, content_type="text/plain")

    client = app.test_client()
    path = f"/feeds/{made.secret}.ics"
    etag = client.get(path).headers["ETag"]
    ways: dict[str, Callable[[], object]] = {
        "one_query": lambda: client.get(f"/one-query/{made.public_id}"),
        "feed_200": lambda: client.get(path),
        "feed_304": lambda: client.get(path, headers={"If-None-Match": etag}),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = process_time()
            for _ in range(EACH):
                way()
            times[name].append((process_time() - begun) / EACH * 1e6)
    found: dict[str, float] = {f"{name}_cpu_us": round(median(values), 1) for name, values in times.items()}
    for name in ("feed_200", "feed_304"):
        pairs = zip(times["one_query"], times[name], strict=True)
        found[f"{name}_ratio"] = round(median(one / other for one, other in pairs), 3)
    return found | {f"{name}_statements": _statements(database, way) for name, way in ways.items()}


def _statements(database: Database, way: Callable[[], object]) -> int:
    """How often it asks the database."""
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    way()
    return sum(not each.startswith("BEGIN") for each in said)


def _filled(folder: Path) -> Database:
    engine = open_engine(f"sqlite:///{folder}/feed.db")
    schema.upgrade(engine)
    database = Database(engine)
    post = Post(database, build(database)).patient(disclosure=3)
    for week in range(12):
        post.book(at("2026-11-23", 10) + week * 7 * 288)
    return database


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as path:
        print(json.dumps(measured(Path(path))))
