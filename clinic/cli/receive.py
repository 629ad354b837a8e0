"""`clinic lmtp` and `clinic receive`: answers to invitations, handed over by a mail server."""

import argparse
import asyncio
import logging
import signal
import sys
from typing import Final

from clinic import logs, wiring
from clinic.config import Settings
from clinic.db.faults import UNAVAILABLE
from clinic.db.unit import Database
from clinic.mail.inbound import LARGEST
from clinic.mail.lmtp import DEFAULT_PORT, Address, Handle, address_from, listening
from clinic.services.messages.replies import receive

LOG = logging.getLogger("clinic.messages")

AGAIN: Final = 75
"""What mail servers understand as "try again later" (sysexits.h, EX_TEMPFAIL)."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `lmtp --listen ADDRESS` and `receive [--recipient ADDRESS]`."""
    server = subparsers.add_parser("lmtp", help="take answers to invitations from a mail server, until Ctrl-C")
    server.add_argument(
        "--listen", default=f"127.0.0.1:{DEFAULT_PORT}", metavar="ADDRESS", help="host:port, or unix:/path of a socket"
    )
    server.set_defaults(func=_serve)
    single = subparsers.add_parser("receive", help="take one mail from standard input; exit status 75: try again later")
    single.add_argument("--recipient", action="append", default=[], metavar="ADDRESS", help="whom it was delivered to")
    single.set_defaults(func=_receive)


def handler(settings: Settings, database: Database) -> Handle:
    """Handles one mail; False when the database was not there. What a mail provokes besides is logged, once."""

    def handle(raw: bytes, recipients: tuple[str, ...]) -> bool:
        try:
            host, now = settings.reply_host, wiring.now()
            receive(database.begin, database.read, raw, envelope=recipients, trusted=host, now=now)
        except UNAVAILABLE as error:
            LOG.error("database unavailable: %s", type(error).__name__)
            return False
        except Exception:  # the same mail would fail again for ever
            LOG.exception("a mail could not be handled")
        return True

    return handle


def _serve(args: argparse.Namespace) -> int:
    address = address_from(args.listen)
    settings = wiring.settings()
    handle = handler(settings, wiring.ready_database(settings))
    logs.configure(settings.log_level)
    asyncio.run(_until_stopped(address, handle))
    return 0


async def _until_stopped(address: Address, handle: Handle) -> None:
    stop = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    async with listening(address, handle) as server:
        where = address.path or ", ".join(str(each.getsockname()[:2]) for each in server.sockets)
        print(f"Taking mail at {where}; Ctrl-C ends it.", flush=True)
        await stop.wait()


def _receive(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    try:
        handle = handler(settings, wiring.ready_database(settings))
    except UNAVAILABLE:
        return AGAIN
    raw = sys.stdin.buffer.read(LARGEST + 1)
    return 0 if handle(raw, tuple(args.recipient)) else AGAIN
