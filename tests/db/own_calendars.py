"""A therapist's own calendar, as tests give, read and ask about it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import select

from clinic.calendars.fetching import Fetched, Marks
from clinic.db.practice import busy as stored
from clinic.db.practice.busy import Source
from clinic.db.tables.messages import task
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.domain.visits.catalogue import SINGLES
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.practice import busy
from clinic.services.practice.busy_reading import read_due
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.world import ACTOR, NOW, SHOULDER, World, at, needling, single

MONDAY = date(2026, 11, 23)
TEN, ELEVEN = at("2026-11-23", 10), at("2026-11-23", 11)
URL = "https://calendar.example.org/private-7f3/basic.ics"
ALONE = WantedVisit("patient1", "loc1", SINGLES[1], (SHOULDER,), therapist="staff1")


def ics(*events: tuple[int, int] | str) -> bytes:
    """A calendar of busy times in ticks, or of lines."""
    parts = []
    for number, each in enumerate(events):
        lines = each if isinstance(each, str) else f"DTSTART:{_utc(each[0])}\nDTEND:{_utc(each[1])}"
        parts += ["BEGIN:VEVENT", f"UID:{number}@there", lines, "END:VEVENT"]
    return "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def _utc(tick: int) -> str:
    return f"{instant_of(tick):%Y%m%dT%H%M%SZ}"


class Server:
    """What the address answers, and with which marks it was asked."""

    def __init__(self, *answers: bytes | Invalid | None) -> None:
        self.answers, self.marks = list(answers), list[Marks]()

    def __call__(self, address: str, marks: Marks) -> Fetched:
        assert address == URL
        self.marks.append(marks)
        answer = self.answers.pop(0)
        if isinstance(answer, Invalid):
            raise answer
        return Fetched(answer, Marks('"v1"', ""))


def add(database: Database, who: str = "staff1", **kind: Any) -> str:
    return busy.add_address(database.begin, who, "Family", URL, actor=ACTOR, now=NOW, **kind)


def read(database: Database, server: Server, now: datetime = NOW) -> int:
    return read_due(database.begin, database.read, fetch=server, now=lambda: now, jitter=lambda: 0.5)


def read_here(function: str, data: bytes, options: Mapping[str, str]) -> Any:
    """What the child process would answer, without one."""
    module, _, name = function.partition(":")
    return json.loads(json.dumps(getattr(import_module(module), name)(data, options)))


def kept(database: Database) -> list[tuple[int, int]]:
    with database.read() as unit:
        return stored.spans(unit.connection, 1, 0)


def source(database: Database) -> Source:
    with database.read() as unit:
        return stored.of_staff(unit.connection, 1)[0]


def raised(database: Database, kind: str) -> list[Any]:
    with database.read() as unit:
        return list(unit.connection.execute(select(task).where(task.c.kind == kind).order_by(task.c.id)))


def offered(database: Database) -> set[int]:
    found = offers_for_single(database.read, ALONE, MONDAY, near=Spot(TEN, "staff1", "room1"), now=NOW)
    return {each.spot.start for each in found}


def book(database: Database, world: World, starts: int = TEN) -> str:
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, starts))),), actor=ACTOR, now=NOW)
    with database.read() as unit:
        rows = unit.connection.execute(select(appointment.c.public_id).order_by(appointment.c.id.desc()))
        return str(rows.scalars().first())
