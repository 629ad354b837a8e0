"""A real SMTP server on this machine that does as a test tells it."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Received:
    sender: str
    recipients: list[str]
    payload: bytes


@dataclass
class Script:
    """What to answer at each step (None: what a good server says), and what came in."""

    mail: str | None = None
    rcpt: str | None = None
    data: str | None = None
    drop: str | None = None
    received: list[Received] = field(default_factory=list)

    def _answer(self, server: Any, step: str) -> str | None:
        if self.drop == step:
            server.transport.abort()
        answer: str | None = getattr(self, step)
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self._answer(server, "mail") or "250 2.1.0 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self._answer(server, "rcpt") or "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self._answer(server, "data")
        if answer is None or self.drop == "data":
            self.received.append(Received(envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return answer or "250 2.0.0 queued"


def _known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"clinic", b"p:ss/w@rd"), handled=False)


class _AnyPort(Controller):
    """Bound to a free port, which it then knows."""

    async def _create_server(self) -> asyncio.AbstractServer:
        server: asyncio.Server = await super()._create_server()
        self.port = server.sockets[0].getsockname()[1]
        return server


@contextmanager
def serving(
    script: Script,
    *,
    accounts: bool = False,
    starttls: ssl.SSLContext | None = None,
    smtps: ssl.SSLContext | None = None,
) -> Iterator[int]:
    """The port it listens on."""
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "ssl_context": smtps, "tls_context": starttls}
    if accounts:
        options |= {"authenticator": _known, "auth_required": True}
    controller = _AnyPort(script, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
