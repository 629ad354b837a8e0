"""The practice that browsers visit: the example of the documentation with patients and courses under way, served over
HTTP by a clock that stands still."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from clinic import wiring
from clinic.cli.main import main
from clinic.db.courses import reads as courses
from clinic.db.unit import Database
from clinic.domain.access.accounts import NewAccount
from clinic.domain.access.actors import system
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Target, region_named, side_named
from clinic.domain.visits.visit import Status
from clinic.engine.course import NoCourse
from clinic.services.access import accounts, roles
from clinic.services.access.passwords import Passwords
from clinic.services.courses.book import book, pins_of
from clinic.services.courses.place import preview
from clinic.services.courses.protocols import protocol
from clinic.services.courses.wanted import Wanted
from clinic.services.patients.find import resolve
from clinic.services.practice.find import whereabouts
from clinic.services.visits.change import turn
from clinic.services.visits.reassess import mark, settle
from clinic.web.parts import Parts
from clinic.worker.loop import Counts
from tests.web.conftest import application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "practice.toml"
PATIENTS = Path(__file__).with_name("patients.ndjson")
NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)  # a Monday; clocks in Leeds say the same
EMAIL = "ruth.lindley@aire-ouse.example"
PASSWORD = "plum-9-tractor"
ACTOR = system("test")

UNDER_WAY = (  # patient, protocol, region, side, therapist, how many days before today it was booked and began
    ("AO-0002", "neck-mechanical", "neck", "right", "hale", 14),
    ("AO-0003", "tension-headache", "neck", "both", "hale", 7),
    ("AO-0004", "shoulder-subacromial", "shoulder", "left", "okafor", 14),
    ("AO-0005", "low-back-chronic", "lumbar", "both", "okafor", 7),
    ("AO-0006", "patellofemoral", "knee", "right", "okafor", 4),
    ("AO-0007", "plantar-heel", "foot", "left", "hale", 4),
    ("AO-0008", "tension-headache", "head", "midline", "hale", 4),
    ("AO-0010", "exercise-only", "lumbar", "both", "okafor", 4),
    ("AO-0011", "generic-myofascial", "shoulder-girdle", "right", "hale", 3),
    ("AO-0012", "lateral-elbow", "elbow", "right", "okafor", 3),
)


@dataclass(frozen=True)
class Practice:
    """What is served, and where."""

    url: str
    database: Database
    send_due: Callable[[], Counts]

    def deliver(self) -> None:
        """Send what is due, as the worker does."""
        while not self.send_due().idle:
            pass


Serving = AbstractContextManager[Practice]
Opened = Callable[..., Serving]
"""Serves a practice of one's own, by a name for its folder and a clock."""


@contextmanager
def served(database_url: str, clock: Callable[[], datetime] | None = None) -> Iterator[Practice]:
    """The practice on a furnished database; its clock stands still unless another is given."""
    parts, database = wired(database_url)
    with listening(application(parts if clock is None else replace(parts, now=clock))) as server:
        yield Practice(f"http://127.0.0.1:{server.port}", database, parts.send_due)
    database.engine.dispose()


@contextmanager
def listening(app: "WSGIApplication") -> Iterator[BaseWSGIServer]:
    """A server for as long as it is needed."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def furnish(database_url: str, *, empty: bool = False) -> None:
    """What is in a migrated database before anybody looks; `empty`: nothing but somebody to sign in as."""
    with _settings(database_url):
        given = wiring.open_database(wiring.settings())
        _people(given)
        if not empty:
            _furnish(given)
    with given.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    given.engine.dispose()


def wired(database_url: str) -> tuple[Parts, Database]:
    """What is served, and where it is kept. Its settings end here: other tests have their own."""
    with _settings(database_url, DEMO="1"):  # letters stay in the mailbox
        settings = wiring.settings()
        database = wiring.open_database(settings)
        return wiring.web_parts(settings, database), database


@contextmanager
def _settings(database_url: str, **others: str) -> Iterator[None]:
    named = {"DATABASE_URL": database_url, "SECRET_KEY": "k" * 32, "URL": "http://127.0.0.1", **others}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "now", lambda: NOW)
        for name, value in named.items():
            patch.setenv(f"CLINIC_{name}", value)
        yield


class Silent(WSGIRequestHandler):
    """Says nothing about each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _people(database: Database) -> None:
    roles.sync(database.begin)
    new = NewAccount(EMAIL, "Ruth Lindley", "admin")
    accounts.create(database.begin, new, PASSWORD, passwords=Passwords(), actor=ACTOR, now=NOW)


def _furnish(database: Database) -> None:
    assert main(["import", "practice", str(EXAMPLE), "--apply"]) == 0
    assert main(["import", "patients", str(PATIENTS), "--apply"]) == 0
    for patient, key, region, side, therapist, ago in UNDER_WAY:
        target = Target(region_named(region), side_named(side))
        begin(database, patient, key, target, therapist, NOW - timedelta(days=ago, hours=2))
    _befall(database)


def _befall(database: Database) -> None:
    """What puts courses on the worklist: a visit cancelled, a reassessment done, what is pencilled given up."""
    with database.read() as unit:
        rows = {
            patient: courses.of_patient(unit.connection, resolve(database.read, patient).id)[0].public_id
            for patient in ("AO-0007", "AO-0011", "AO-0012")
        }
        sessions = {
            patient: courses.sessions(unit.connection, courses.plan_row(unit.connection, plan).id)
            for patient, plan in rows.items()
        }
    called_off = sessions["AO-0012"][1].visit
    assert called_off is not None
    turn(database.begin, called_off, Status.CANCELLED, version=1, actor=ACTOR, reason="ill", now=NOW)
    held_in = next(each.public_id for each in sessions["AO-0007"] if each.reassess)
    mark(database.begin, rows["AO-0007"], held_in, "continue", version=1, actor=ACTOR, now=NOW)
    settle(database.begin, rows["AO-0011"], Status.RELEASED, version=1, actor=ACTOR, now=NOW)


def begin(database: Database, patient: str, key: str, target: Target, therapist: str, now: datetime) -> str:
    """Book a course from `now` on; its public id."""
    location, who = whereabouts(database.read, None, therapist)
    person = resolve(database.read, patient).public_id
    wishes = Preferences(therapist=who)
    wanted = Wanted(person, location, protocol(key), date.fromisoformat(f"{now:%Y-%m-%d}"), (target,), wishes)
    found = preview(database.read, wanted, now=now).outcome
    assert not isinstance(found, NoCourse), (patient, found.reason)
    return book(database.begin, database.read, wanted.pinned(pins_of(found)), actor=ACTOR, now=now).plan
