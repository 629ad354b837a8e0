"""Fetching a calendar from the address somebody gave: one look-up, only public answers, and the connection goes to what
was checked.

Nothing of ours goes along: no credentials, no cookies, no proxy of the environment. A server that drips, or packs much
into little, is left after `SECONDS` or `MOST_BYTES`.
"""

import io
import socket
import ssl
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Final

from clinic.calendars.lean import MOST_BYTES
from clinic.calendars.outside import PORT, Address, address, checked
from clinic.domain.errors import Invalid

SECONDS: Final = 10.0
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
DENIED: Final = frozenset({401, 402, 403, 407})
GONE: Final = frozenset({404, 410})
AGENT: Final = "Mozilla/5.0 (compatible; clinic calendar reader)"
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BROWSERS_ONLY: Final = ("outlook.office365.com", "outlook.office.com", "outlook.live.com")
"""They answer 500 to programs that do not call themselves a browser."""
LONGEST_MARK: Final = 200
CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Marks:
    """What a server said to recognise a version of the calendar by."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The calendar's bytes, None when it is the version that was marked."""

    body: bytes | None
    marks: Marks


def looked_up(host: str, seconds: float) -> Sequence[str]:
    """Every address of the host; the system's look-up cannot be given a time, so it is left behind after `seconds`."""
    found: Queue[list[str]] = Queue(1)

    def look() -> None:
        try:
            answers = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers = []
        found.put([str(answer[4][0]) for answer in answers])

    Thread(target=look, daemon=True, name="look-up").start()
    try:
        return found.get(timeout=seconds)
    except Empty:
        return []


def dialled(ip: str, seconds: float) -> socket.socket:
    """A connection to the address itself, never to a name. Raises OSError."""
    return socket.create_connection((ip, PORT), timeout=seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """How the outside is reached; tests bring their own."""

    look_up: Callable[[str, float], Sequence[str]] = looked_up
    dial: Callable[[str, float], socket.socket] = dialled
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


class _Deadline:
    """How much of the time is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._ends = seconds, monotonic() + seconds

    def left(self) -> float:
        """Seconds, more than none. Raises Invalid(busy_slow)."""
        rest = self._ends - monotonic()
        if rest <= 0:
            raise Invalid("busy_slow", seconds=round(self.seconds))
        return rest


def fetch(said: str, marks: Marks = Marks(), *, network: Network | None = None, seconds: float = SECONDS) -> Fetched:
    """The calendar at that address, or the news that it is still the one with these marks.

    Raises Invalid(busy_…) that says what stood in the way; its parameters and words never hold the address.
    """
    where, deadline, reached = address(said), _Deadline(seconds), network or Network()
    for _ in range(MOST_REDIRECTS + 1):
        answer = _asked(where, marks, reached, deadline)
        if isinstance(answer, Fetched):
            return answer
        where = where.led_to(answer)
    raise Invalid("busy_redirects", most=MOST_REDIRECTS)


def _asked(where: Address, marks: Marks, network: Network, deadline: _Deadline) -> Fetched | str:
    """One request: what came, or where it leads."""
    try:
        with _connected(where.host, network, deadline) as connection:
            connection.settimeout(deadline.left())
            connection.sendall(_request(where, marks))
            answer = HTTPResponse(_Timed(connection, deadline), method="GET")  # type: ignore[arg-type] # makefile is all
            answer.begin()
            return _understood(answer, marks)
    except TimeoutError as error:
        raise Invalid("busy_slow", seconds=round(deadline.seconds)) from error
    except ssl.SSLError as error:
        raise Invalid("busy_unencrypted") from error
    except (OSError, HTTPException) as error:
        raise Invalid("busy_unreachable") from error


def _connected(host: str, network: Network, deadline: _Deadline) -> ssl.SSLSocket:
    """Encrypted to the first answer that takes the call; the certificate must be the host's, and the host is named."""
    for ip in checked(network.look_up(host, deadline.left())):
        try:
            plain = network.dial(ip, deadline.left())
        except OSError:
            continue
        try:
            plain.settimeout(deadline.left())
            return network.tls.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
    raise Invalid("busy_unreachable")


def _request(where: Address, marks: Marks) -> bytes:
    lines = [
        f"GET {where.path} HTTP/1.1",
        f"Host: {where.host}",
        f"User-Agent: {BROWSER if where.host in BROWSERS_ONLY else AGENT}",
        "Accept: text/calendar, */*;q=0.1",
        "Accept-Encoding: gzip, identity",
        "Connection: close",
    ]
    lines += [f"If-None-Match: {marks.etag}"] * bool(marks.etag)
    lines += [f"If-Modified-Since: {marks.last_modified}"] * bool(marks.last_modified)
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _understood(answer: HTTPResponse, marks: Marks) -> Fetched | str:
    if answer.status == 304 and marks != Marks():
        return Fetched(None, marks)
    if answer.status in REDIRECTS:
        return answer.getheader("Location") or ""
    if answer.status in DENIED:
        raise Invalid("busy_denied")
    if answer.status in GONE:
        raise Invalid("busy_gone")
    if answer.status != 200:
        raise Invalid("busy_status", status=answer.status)
    return Fetched(_body(answer), Marks(_mark(answer, "ETag"), _mark(answer, "Last-Modified")))


def _mark(answer: HTTPResponse, name: str) -> str:
    """A header that is sent back later: only what is harmless there."""
    value = answer.getheader(name) or ""
    return value if len(value) <= LONGEST_MARK and value.isascii() and value.isprintable() else ""


def _body(answer: HTTPResponse) -> bytes:
    """The whole body, unpacked; no more of it is unpacked than may be kept."""
    coding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise Invalid("busy_not_calendar")
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if coding != "identity" else None
    found, size = list[bytes](), 0
    while part := answer.read(CHUNK):
        found.append(_unpacked(part, unpack, MOST_BYTES - size))
        size += len(found[-1])
        if size > MOST_BYTES:
            raise Invalid("busy_too_large", most_mb=MOST_BYTES >> 20)
    if answer.length or (unpack is not None and not unpack.eof):
        raise Invalid("busy_cut_off")
    return b"".join(found)


def _unpacked(part: bytes, unpack: "zlib._Decompress | None", room: int) -> bytes:
    """At most one byte more than there is room for: that is how too much is noticed."""
    if unpack is None:
        return part
    try:
        return unpack.decompress(part, room + 1)
    except zlib.error as error:
        raise Invalid("busy_not_calendar") from error


class _Timed(io.RawIOBase):
    """A connection to read from until the deadline, however slowly it drips."""

    def __init__(self, connection: ssl.SSLSocket, deadline: _Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override] # it is always one
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)
