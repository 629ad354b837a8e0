"""A mail server of this machine that misbehaves, by chance but always alike."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.race.postmen import ANSWER_SECONDS

NOBODY = "nobody"
"""So begin the addresses where nobody is."""


@dataclass
class Weather:
    """A mail server with one fault in five messages, and what it took; `offered` counts all that were
    named a recipient, `late` the answers on their way."""

    dice: random.Random
    fair: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    offered: int = 0
    late: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.offered += 1
        if address.startswith(NOBODY):
            return "550 5.1.1 nobody here"
        fault = self._fault({"later": 0.07, "closing": 0.005})
        if fault:
            return {"later": "451 4.3.0 later", "closing": "421 4.3.2 closing"}[fault]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._fault({"refused": 0.06, "dropped": 0.02, "lost": 0.05, "late": 0.02})
        if fault == "refused":
            return "451 4.3.0 not now"
        if fault == "dropped":
            server.transport.abort()
            return "451 4.3.0 gone"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        if fault == "lost":
            server.transport.abort()
        if fault == "late":
            self.late += 1
            try:
                await asyncio.sleep(ANSWER_SECONDS * 1.3)
            finally:
                self.late -= 1
        return "250 2.0.0 queued"

    def _fault(self, chances: dict[str, float]) -> str:
        if self.fair:
            return ""
        chance = self.dice.random()
        for name, share in chances.items():
            if chance < share:
                self.faults[name] += 1
                return name
            chance -= share
        return ""


class _Office(Controller):
    """Bound to a port that it then knows, and to whoever is connected."""

    def __init__(self, weather: Weather, port: int) -> None:
        super().__init__(weather, hostname="127.0.0.1", port=port)
        self._callers: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        caller = SMTP(self.handler, **self.SMTP_kwargs)
        self._callers.add(caller)
        return caller

    async def _create_server(self) -> asyncio.AbstractServer:
        server: asyncio.Server = await super()._create_server()
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def hang_up(self) -> None:
        """Nobody is let in any more; who is still there, alive or killed, is cut off, and so is who just came in."""
        self.server.close()
        while len(asyncio.all_tasks()) > 1 or any(each.transport for each in self._callers):
            for each in self._callers:
                if each.transport:
                    each.transport.abort()
            await asyncio.sleep(0)


@contextmanager
def open_for_mail(weather: Weather, port: int = 0) -> Iterator[int]:
    """The port it listens on. It closes with no connection left open."""
    office = _Office(weather, port)
    office.start()
    try:
        yield office.port
    finally:
        while weather.late:
            time.sleep(0.01)
        asyncio.run_coroutine_threadsafe(office.hang_up(), office.loop).result()
        office.stop()
