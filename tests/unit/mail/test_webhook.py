"""A real server on this machine takes the messages."""

import hashlib
import hmac
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from clinic.domain.errors import Invalid
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.webhook import Both, Webhook, webhook_from
from tests.world import NOW

SECRET = "between you and us"
BODY = json.dumps({"id": "4f1c@clinic.test", "to": "+49 30 1", "text": "Ihr Termin 🏃"}).encode()


@dataclass
class Carrier:
    """What it answers (None: nothing at all), and what came in."""

    code: int | None = 204
    port: int = 0
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def carrying(carrier: Carrier, tls: ssl.SSLContext | None = None) -> Iterator[Carrier]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            carrier.received.append((self.path, dict(self.headers), body))
            if carrier.code is None:
                self.connection.close()
                return
            self.send_response(carrier.code)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Keeps quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    carrier.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield carrier
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def through(carrier: Carrier) -> Outcome:
    return webhook_from(f"http://127.0.0.1:{carrier.port}/sms?for=clinic", SECRET, lambda: NOW).send("", "", BODY)


def test_a_message_arrives_signed_and_named() -> None:
    with carrying(Carrier()) as carrier:
        assert through(carrier).fate is Fate.SENT
    ((path, headers, body),) = carrier.received
    assert (path, body, headers["Idempotency-Key"]) == ("/sms?for=clinic", BODY, "4f1c@clinic.test")
    stamp, signature = (part.partition("=")[2] for part in headers["Clinic-Signature"].split(","))
    assert stamp == str(int(NOW.timestamp()))
    assert signature == hmac.new(SECRET.encode(), stamp.encode() + b"." + BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        (200, Fate.SENT),
        (429, Fate.RETRY),
        (500, Fate.RETRY),
        (503, Fate.RETRY),
        (400, Fate.REFUSED),
        (401, Fate.REFUSED),
        (302, Fate.REFUSED),
        (None, Fate.UNKNOWN),
    ],
)
def test_the_answer_decides_what_becomes_of_it(code: int | None, fate: Fate) -> None:
    with carrying(Carrier(code)) as carrier:
        outcome = through(carrier)
    assert (outcome.fate, outcome.reached_data) == (fate, True)
    assert len(carrier.received) == 1


def test_where_nobody_answers_it_is_tried_again() -> None:
    with carrying(Carrier()) as carrier:
        pass
    assert through(carrier).fate is Fate.RETRY


def test_it_goes_by_tls_to_a_server_that_is_trusted_and_to_no_other(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        if os.environ.get("CI"):
            pytest.fail("openssl is missing")
        pytest.skip("openssl is missing: TLS was NOT tried")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    subprocess.run([*made, "-out", str(certificate), *names], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with carrying(Carrier(), tls) as carrier:
        url = f"https://localhost:{carrier.port}/sms"
        trust = ssl.create_default_context(cafile=str(certificate))
        assert Webhook(url, SECRET, lambda: NOW, trust=trust).send("", "", BODY).fate is Fate.SENT
        assert Webhook(url, SECRET, lambda: NOW).send("", "", BODY).fate is Fate.RETRY
    assert len(carrier.received) == 1


@pytest.mark.parametrize(
    "url",
    ["", "sms.example", "http://sms.example/", "https://", "https://me@sms.example", "https://[", "ftp://localhost"],
)
def test_only_an_encrypted_address_will_do(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        webhook_from(url, SECRET, lambda: NOW)
    assert (caught.value.code, caught.value.field) == ("webhook_url", "CLINIC_WEBHOOK_URL")


def test_a_short_secret_is_refused_and_no_secret_is_shown() -> None:
    with pytest.raises(Invalid) as caught:
        webhook_from("https://sms.example", "short", lambda: NOW)
    assert caught.value.code == "secret_short"
    assert SECRET not in repr(webhook_from("https://sms.example", SECRET, lambda: NOW))


def test_numbers_get_texts_and_addresses_mail() -> None:
    class Way:
        def __init__(self, fate: Fate) -> None:
            self.fate = fate

        def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
            return Outcome(self.fate)

    both = Both(Way(Fate.SENT), Way(Fate.REFUSED))
    assert both.send("", "ada@example.org", b"").fate is Fate.SENT
    assert both.send("", "+49 30 1", b"").fate is Fate.REFUSED
    assert Both(Way(Fate.SENT), None).send("", "+49 30 1", b"").fate is Fate.RETRY
