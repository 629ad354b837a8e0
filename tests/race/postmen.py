"""Workers in processes of their own that can be killed anywhere, and the time that they all go by."""

import base64
import mmap
import os
import signal
import smtplib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy.exc import DBAPIError

from clinic.db.connect import open_engine
from clinic.db.unit import Database
from clinic.domain.ids import Entropy
from clinic.mail.outcome import Outcome
from clinic.mail.smtp import Smtp
from clinic.worker.loop import run_once
from clinic.worker.parts import Parts
from tests.race.clients import die_at
from tests.world import NOW

URL = "https://clinic.test"
ANSWER_SECONDS = 1.5
"""How long a worker waits for an answer of the mail server."""
IN_DATA, ANSWERED = "in data", "answered"
_END = b"\r\n.\r\n"
_MARK = 4
_PAUSE = Event()


class Clock:
    """Seconds since NOW, in a file that several processes map; only who started them moves it on."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._kept = mmap.mmap(file.fileno(), 8)

    @property
    def seconds(self) -> float:
        return float(struct.unpack("d", self._kept[:8])[0])

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def wait(self, seconds: float) -> None:
        self._kept[:8] = struct.pack("d", self.seconds + seconds)


def killed() -> None:
    """No handler, no rollback, no goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Postman:
    """One worker. `number`: what every id that it makes begins with. `dies`: as it hands a message over, after it was
    answered, or at that statement or commit."""

    number: int
    url: str
    clock: str
    port: int
    dies: str | int | None


def _signed(number: int) -> Entropy:
    """Random bytes that tell who made them."""
    return lambda size: number.to_bytes(_MARK) + os.urandom(size - _MARK)


def holder(lease_by: str) -> int:
    """The number of who holds that lease."""
    return int.from_bytes(base64.b32decode(lease_by.upper())[:_MARK])


@dataclass(frozen=True)
class _Fatal:
    """A transport whose worker is killed after so many messages were answered."""

    to: Smtp
    after: list[None]

    def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        outcome = self.to.send(sender, recipient, payload)
        if not self.after:
            killed()
        self.after.pop()
        return outcome


def _die_in_data() -> None:
    """The connection gives up in the midst of a message, and its worker with it."""
    whole: Callable[[smtplib.SMTP, Any], None] = smtplib.SMTP.send

    def half(server: smtplib.SMTP, message: Any) -> None:
        if isinstance(message, bytes) and message.endswith(_END) and len(message) > len(_END):
            whole(server, message[: len(message) // 2])
            killed()
        whole(server, message)

    smtplib.SMTP.send = half  # type: ignore[assignment, method-assign]


def work(postman: Postman) -> None:
    """The process: rounds without end; whoever started it ends it."""
    engine = open_engine(postman.url, pool_size=2)
    if isinstance(postman.dies, int):
        die_at(engine, postman.dies)
    if postman.dies == IN_DATA:
        _die_in_data()
    smtp = Smtp("127.0.0.1", postman.port, seconds=ANSWER_SECONDS)
    transport = _Fatal(smtp, [None, None]) if postman.dies == ANSWERED else smtp
    database, clock = Database(engine, _signed(postman.number)), Clock(Path(postman.clock))
    parts = Parts(database.begin, database.read, clock.now, URL, transport, lambda: 0.5)
    while True:
        try:
            idle = run_once(parts).idle
        except DBAPIError:  # as the worker's loop does: the next round tries again
            idle = True
        if idle:
            _PAUSE.wait(0.02)
