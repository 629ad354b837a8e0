"""Driving the outbox in tests: book and change visits, seal what is due, read what was sealed, send it somewhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import select

from clinic.db.tables import messages, patients
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.page import Page, read
from clinic.services.apply import apply
from clinic.services.apply.owed import owe_anew
from clinic.services.messages.deliver import deliver_one
from clinic.services.messages.seal import Sealing, seal_due
from tests.world import ACTOR, NOW, World, at, needling, single

URL = "https://clinic.test"
MONDAY = at("2026-11-23", 10)
THURSDAY = at("2026-11-26", 10)
HOLD = 180


@dataclass
class Post:
    """One visit's life, with a clock that only moves when told."""

    database: Database
    world: World
    now: datetime = NOW
    public_id: str = ""
    plus: bool = False
    sent: list[bytes] = field(default_factory=list)
    fates: list[Outcome] = field(default_factory=list)

    def later(self, **spell: float) -> Self:
        self.now += timedelta(**spell)
        return self

    def do(self, *changes: Change) -> tuple[str, ...]:
        with self.database.begin() as unit:
            return apply(unit, changes, actor=ACTOR, reason="a reason", now=self.now).visits

    def book(self, starts: int = MONDAY, status: Status = Status.BOOKED) -> Self:
        new = single(self.world, needling(self.world, starts), status=status)
        self.public_id = self.do(Book(new))[0]
        return self

    @property
    def visit(self) -> Visit:
        with self.database.read() as unit:
            return loads.visit(unit.connection, self.public_id)

    def move(self, starts: int) -> Self:
        self.do(Move(self.visit, (needling(self.world, starts),)))
        return self

    def turn(self, status: Status) -> Self:
        self.do(Turn(self.visit, status))
        return self

    def seal(self) -> Sealing:
        return seal_due(self.database.begin, self.database.read, url=URL, plus=self.plus, now=self.now)

    def after_the_hold(self) -> Sealing:
        self.later(seconds=HOLD)
        return self.seal()

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """What a mail server would: the fates it was told, then success."""
        self.sent.append(payload)
        return self.fates.pop(0) if self.fates else Outcome(Fate.SENT, True)

    def deliver(self) -> Fate | None:
        return deliver_one(self.database.begin, self, jitter=lambda: 0.5, now=self.now)

    def run(self) -> Self:
        """After the hold, seal and send all that is due."""
        self.after_the_hold()
        while self.deliver():
            pass
        return self

    def rows(self, table: Any = messages.seal) -> list[Any]:
        with self.database.read() as unit:
            return list(unit.connection.execute(select(table).order_by(table.c.id)))

    @property
    def owed(self) -> list[str]:
        return [row.state for row in self.rows(messages.obligation)]

    @property
    def letters(self) -> list[tuple[str, int, str]]:
        """(method, sequence, recipient) of every seal."""
        return [(row.method, row.sequence, row.recipient) for row in self.rows()]

    @property
    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    @property
    def pages(self) -> list[Page]:
        """Every sealed letter as its reader sees it."""
        return [read(row.payload) for row in self.rows()]

    def who(self, **values: Any) -> Self:
        """The patient is this now, and nothing is owed for it."""
        with self.database.begin() as unit:
            table = patients.patient
            unit.connection.execute(table.update().where(table.c.id == self.world.patients[0]).values(**values))
        return self

    def patient(self, **values: Any) -> Self:
        """The same, and everything is told anew."""
        self.who(**values)
        with self.database.begin() as unit:
            owe_anew(unit, self.world.patients[0], now=self.now)
        return self
