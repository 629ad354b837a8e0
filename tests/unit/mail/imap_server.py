"""A small IMAP server on this machine: as much of RFC 9051 as looking through a folder takes."""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any


@dataclass
class Folder:
    """Mails by UID, what was seen of each, and what was moved where."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    moves: bool = True
    made: list[str] = field(default_factory=list)
    moved: list[tuple[int, str]] = field(default_factory=list)
    flagged: list[int] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)
    refuses: str = ""

    def add(self, raw: bytes) -> int:
        uid = max([*self.mails, *(uid for uid, _ in self.moved), 0]) + 1
        self.mails[uid] = raw
        return uid


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"
    known = False
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command, rest = (*line.decode().strip().split(" ", 2), "")[:3]
            if command.upper() == "UID":
                command, _, rest = rest.partition(" ")
            name = command.upper()
            done = name != self.server.folder.refuses and getattr(self, f"_{name.lower()}", _nothing)(rest)
            self.wfile.write(f"{tag} {'NO' if done is False else 'OK'} done\r\n".encode())
            if name == "LOGOUT":
                break

    def _say(self, text: str) -> None:
        self.wfile.write(f"* {text}\r\n".encode())

    def _capability(self, _: str) -> None:
        moves = self.server.folder.moves and self.known  # as servers do that tell strangers little
        self._say("CAPABILITY IMAP4rev1" + (" MOVE" if moves else ""))

    def _login(self, rest: str) -> bool:
        self.known = rest == '"clinic" "p:ss/w@rd"'
        return self.known

    def _select(self, rest: str) -> bool:
        self._say(f"{len(self.server.folder.mails)} EXISTS")
        self._say(f"OK [UIDVALIDITY {self.server.folder.validity}] valid")
        return rest == '"INBOX"'

    def _search(self, rest: str) -> None:
        first = int(re.findall(r"\d+", rest)[0])
        mails = sorted(self.server.folder.mails)
        found = [uid for uid in mails if uid >= first] or mails[-1:]  # `n:*` always names the last
        self._say(" ".join(["SEARCH", *map(str, found)]))

    def _fetch(self, rest: str) -> None:
        uid = int(rest.split()[0])
        raw = self.server.folder.mails.get(uid)
        if raw is None:
            return
        if "RFC822.SIZE" in rest:
            kind = '"TEXT" "CALENDAR"' if b"text/calendar" in raw else '"TEXT" "PLAIN"'
            self._say(f"1 FETCH (UID {uid} RFC822.SIZE {len(raw)} BODYSTRUCTURE ({kind} NIL NIL NIL))")
            return
        self.server.folder.fetched.append(uid)
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")

    def _create(self, rest: str) -> bool:
        made = self.server.folder.made
        made.append(rest)
        return len(made) == 1

    def _move(self, rest: str) -> None:
        uid, folder = rest.split(" ", 1)
        self.server.folder.moved.append((int(uid), folder))
        del self.server.folder.mails[int(uid)]

    def _copy(self, rest: str) -> None:
        uid, folder = rest.split(" ", 1)
        self.server.folder.moved.append((int(uid), folder))

    def _store(self, rest: str) -> None:
        self.server.folder.flagged.append(int(rest.split()[0]))


def _nothing(_: str) -> None:
    return None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    folder: Folder


@contextmanager
def serving(folder: Folder) -> Iterator[int]:
    """The port at which the folder is served."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.folder = folder
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            address: Any = server.server_address
            yield int(address[1])
        finally:
            server.shutdown()
            thread.join()
