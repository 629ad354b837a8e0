"""Mail handed over by a mail server on this machine, over LMTP (RFC 2033): an answer for each recipient."""

import asyncio
import contextlib
import ipaddress
import os
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.domain.errors import Invalid
from clinic.mail.local import is_local

LARGEST: Final = 10 * 1024 * 1024
"""Bytes. What is larger is refused and goes back to its sender; what is merely no answer is taken and forgotten."""
TAKEN: Final = "250 2.0.0 Handled"
LATER: Final = "451 4.3.0 Try again later"
DEFAULT_PORT: Final = 2424

Handle = Callable[[bytes, tuple[str, ...]], bool]
"""A mail and whom it is for; False when it could not be handled now and should come again."""


@dataclass(frozen=True, slots=True)
class Address:
    """A port of this machine or its private network, or a Unix socket's path. A server that is open to the world would
    believe anybody who says that he is our mail server."""

    host: str = ""
    port: int = 0
    path: Path | None = None


def address_from(text: str) -> Address:
    """`127.0.0.1:2424` · `[::1]:2424` · `unix:/run/clinic/lmtp.sock`. Raises Invalid(lmtp_address, lmtp_public)."""
    if text.startswith("unix:/"):
        return Address(path=Path(text.removeprefix("unix:")))
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or not 0 <= int(port) < 65536:
        raise Invalid("lmtp_address", field="--listen")
    if not is_local(host) and not _private(host):
        raise Invalid("lmtp_public", field="--listen", host=host)
    return Address(host, int(port))


def _private(host: str) -> bool:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_private and not found.is_unspecified


@contextlib.asynccontextmanager
async def listening(address: Address, handle: Handle) -> AsyncIterator[asyncio.Server]:
    """While the block runs, mails are taken, one at a time. A Unix socket is open to its owner and group alone."""
    loop, turn = asyncio.get_running_loop(), asyncio.Lock()

    def protocol() -> SMTP:
        one = _Handler(handle, turn)
        return LMTP(one, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="clinic", ident="LMTP", loop=loop)

    if address.path is None:
        server = await loop.create_server(protocol, address.host, address.port)
    else:
        _forget(address.path)
        server = await loop.create_unix_server(protocol, str(address.path))
        address.path.chmod(0o660)
    try:
        async with server:
            yield server
    finally:
        if address.path is not None:
            _forget(address.path)


def _forget(path: Path) -> None:
    """Remove the socket that a server before this one left; nothing else."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            os.unlink(path)


@dataclass(frozen=True, slots=True)
class _Handler:
    handle: Handle
    turn: asyncio.Lock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name there
        """The same answer once a recipient (RFC 2033 section 4.2)."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        async with self.turn:
            handled = await asyncio.to_thread(self.handle, content, tuple(envelope.rcpt_tos))
        return "\r\n".join([TAKEN if handled else LATER] * len(envelope.rcpt_tos))
