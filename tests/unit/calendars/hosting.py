"""A real https server on this machine, that pretends to be any host of the internet."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from clinic.calendars.fetching import Network

PUBLIC = "93.184.216.34"
HOST = "calendar.example.org"
NAMES = (HOST, "other.example.org", "outlook.office365.com")
EMPTY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x\r\nEND:VCALENDAR\r\n"

Says = Callable[[bytes], Iterable[bytes]]
"""From a request to the parts of the answer."""


def answer(body: bytes = EMPTY, status: str = "200 OK", **headers: str) -> bytes:
    told = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class Outside:
    """The internet as a test has it: who is where, what is asked, and who was called."""

    port: int
    tls: ssl.SSLContext
    says: Says = lambda _: [answer()]
    hosts: Mapping[str, Sequence[str]] = field(default_factory=lambda: dict.fromkeys(NAMES, (PUBLIC,)))
    asked: list[bytes] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    @property
    def network(self) -> Network:
        return Network(self._look_up, self._dial, self.tls)

    def _look_up(self, host: str, _seconds: float) -> Sequence[str]:
        self.looked_up.append(host)
        return self.hosts.get(host, ())

    def _dial(self, ip: str, seconds: float) -> socket.socket:
        self.called.append(ip)
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    def serve(self, server: socket.socket, inside: ssl.SSLContext) -> None:
        while True:
            try:
                plain, _ = server.accept()
            except OSError:
                return
            with suppress(OSError), inside.wrap_socket(plain, server_side=True) as connection:
                request = b""
                while not request.endswith(b"\r\n\r\n"):
                    request += connection.recv(4096) or b"\r\n\r\n"
                self.asked.append(request)
                for part in self.says(request):
                    connection.sendall(part)


def certificate(folder: Path) -> Path:
    """A key and a certificate for every host of the tests, signed by itself."""
    both, names = folder / "server.pem", ",".join(f"DNS:{name}" for name in NAMES)
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    told = ["-days", "30000", "-subj", "/CN=calendars", "-addext", f"subjectAltName={names}"]
    subprocess.run([*made, "-keyout", both, "-out", folder / "cert.pem", *told], check=True, capture_output=True)
    both.write_bytes(both.read_bytes() + (folder / "cert.pem").read_bytes())
    return both


@contextmanager
def hosted(both: Path) -> Iterator[Outside]:
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(both)
    with socket.create_server(("127.0.0.1", 0)) as server:
        outside = Outside(server.getsockname()[1], ssl.create_default_context(cafile=both))
        thread = Thread(target=outside.serve, args=(server, inside), daemon=True)
        thread.start()
        yield outside
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
