"""Faults are told apart on the wire, with a real server."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic.domain.errors import Invalid
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.smtp import Smtp
from tests.unit.mail.smtp_server import Script, serving

PAYLOAD = b"Message-ID: <1@clinic.example>\r\nSubject: x\r\n\r\nfirst\r\n.\r\n..two dots\r\n.one\r\n"
SENDER, RECIPIENT = "termine@clinic.example", "pat@patient.example"


def sent(port: int, *, recipient: str = RECIPIENT, payload: bytes = PAYLOAD, **account: object) -> Outcome:
    return Smtp("127.0.0.1", port, seconds=5, **account).send(SENDER, recipient, payload)


def after(script: Script, **account: object) -> Outcome:
    with serving(script) as port:
        return sent(port, **account)


def test_a_mail_arrives_as_it_was_sealed() -> None:
    script = Script()
    outcome = after(script)
    assert (outcome.fate, outcome.reached_data, outcome.code) == (Fate.SENT, True, 250)
    (received,) = script.received
    assert (received.sender, received.recipients, received.payload) == (SENDER, [RECIPIENT], PAYLOAD)


def test_a_mail_that_begins_with_a_dot_arrives_whole() -> None:
    script = Script()
    with serving(script) as port:
        sent(port, payload=b".\r\n.x")
    assert script.received[0].payload == b".\r\n.x\r\n"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("450 4.2.0 greylisted", Fate.RETRY),
        ("452 4.2.2 mailbox full for now", Fate.RETRY),
        ("421 4.3.2 going down", Fate.PAUSED),
        ("454 4.7.0 no authentication now", Fate.PAUSED),
        ("530 5.7.0 sign in first", Fate.PAUSED),
        ("550 5.1.1 no such user", Fate.BAD_ADDRESS),
        ("551 5.1.6 moved", Fate.BAD_ADDRESS),
        ("553 5.1.3 bad syntax", Fate.BAD_ADDRESS),
        ("550 5.7.1 not wanted", Fate.UNCLEAR),
        ("550 no such user", Fate.UNCLEAR),
        ("550 15.1.1 nonsense", Fate.UNCLEAR),
        ("552 5.2.2 mailbox full", Fate.REFUSED),
        ("554 5.7.1 spam", Fate.REFUSED),
        ("500 5.5.1 what", Fate.UNCLEAR),
        ("504 5.5.4 not implemented", Fate.UNCLEAR),
        ("599 5.9.9 never heard of", Fate.UNCLEAR),
    ],
)
def test_a_refusal_is_sorted_by_its_reason_wherever_it_comes(answer: str, fate: Fate) -> None:
    at_recipient = after(Script(rcpt=answer))
    assert (at_recipient.fate, at_recipient.reached_data) == (fate, False)
    assert (at_recipient.code, at_recipient.detail) == (int(answer[:3]), answer[4:])
    at_data = after(Script(data=answer))
    assert (at_data.fate, at_data.reached_data) == (fate, True)


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "550 5.1.8 sender unknown", "554 5.7.1 your host is listed"])
def test_a_refused_sender_is_nobody_elses_fault(answer: str) -> None:
    outcome = after(Script(mail=answer))
    assert (outcome.fate, outcome.reached_data) == (Fate.PAUSED, False)


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_lost_before_the_message_pauses(step: str) -> None:
    outcome = after(Script(drop=step))
    assert (outcome.fate, outcome.reached_data) == (Fate.PAUSED, False)


def test_an_answer_lost_after_the_message_leaves_its_fate_unknown() -> None:
    script = Script(drop="data")
    outcome = after(script)
    assert (outcome.fate, outcome.reached_data) == (Fate.UNKNOWN, True)
    assert len(script.received) == 1


@contextmanager
def saying(*answers: bytes) -> Iterator[int]:
    """A server that says its lines whatever it hears, one for each thing it hears, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as heard:
                connection.sendall(answers[0])
                for answer in answers[1:]:
                    line = heard.readline()
                    while answers.index(answer) > 4 and line not in (b"", b".\r\n"):
                        line = heard.readline()
                    connection.sendall(answer)

        speaker = threading.Thread(target=speak)
        speaker.start()
        yield listening.getsockname()[1]
        speaker.join(5)


GOOD = (b"220 hi\r\n", b"250 hello\r\n", b"250 sender\r\n", b"250 recipient\r\n", b"354 go\r\n")


@pytest.mark.parametrize(
    ("answers", "fate", "reached"),
    [
        ((b"554 not for you\r\n",), Fate.PAUSED, False),
        ((b"nonsense\r\n",), Fate.PAUSED, False),
        (GOOD[:4], Fate.PAUSED, False),
        ((*GOOD[:3], b"nonsense\r\n"), Fate.PAUSED, False),
        ((*GOOD[:4], b"250 what\r\n"), Fate.PAUSED, False),
        (GOOD, Fate.UNKNOWN, True),
        ((*GOOD, b"nonsense\r\n"), Fate.UNKNOWN, True),
        ((*GOOD, b"354 more\r\n"), Fate.UNKNOWN, True),
        ((*GOOD, b"251 will do\r\n"), Fate.SENT, True),
    ],
)
def test_a_server_out_of_its_mind_is_not_believed(answers: tuple[bytes, ...], fate: Fate, reached: bool) -> None:
    with saying(*answers) as port:
        outcome = sent(port)
    assert (outcome.fate, outcome.reached_data) == (fate, reached)


def test_a_server_that_is_not_there_pauses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = sent(port)
    assert (outcome.fate, outcome.code) == (Fate.PAUSED, None)
    assert "refused" in outcome.detail


def test_an_account_on_a_server_without_accounts_pauses() -> None:
    assert after(Script(), user="clinic", password="x").fate is Fate.PAUSED


@pytest.mark.parametrize(
    ("sender", "recipient", "fate"),
    [
        (SENDER, "pat@patient.example>\r\nDATA", Fate.BAD_ADDRESS),
        (SENDER, "", Fate.BAD_ADDRESS),
        ("no sender", RECIPIENT, Fate.UNCLEAR),
    ],
)
def test_an_address_that_is_none_is_never_tried(sender: str, recipient: str, fate: Fate) -> None:
    assert Smtp("127.0.0.1", 1).send(sender, recipient, PAYLOAD) == Outcome(fate, detail="address_malformed")


@pytest.mark.parametrize("account", [{"user": "ü"}, {"password": "ü"}, {"host": "a..b"}])
def test_what_the_protocol_cannot_carry_is_refused(account: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        Smtp(**{"host": "localhost", "port": 25} | account)
    assert caught.value.code == "smtp_url"


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(Smtp("localhost", 25, user="clinic", password="geheim"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 in one file."""
    if shutil.which("openssl") is None:
        if os.environ.get("CI"):
            pytest.fail("openssl is missing")
        pytest.skip("openssl is missing: TLS was NOT tried")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command = ["openssl", "req", "-x509", *key, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", file]
    subprocess.run([*command, "-out", f"{file}.crt"], check=True, capture_output=True)
    with file.open("ab") as both:
        both.write(Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=f"{certificate}.crt")


def test_mail_goes_over_tls_from_the_first_byte(served: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    script = Script()
    with serving(script, smtps=served) as port:
        assert sent(port, tls="smtps", trust=trust).fate is Fate.SENT
    assert len(script.received) == 1


def test_mail_goes_over_tls_after_starttls(served: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    script = Script()
    with serving(script, starttls=served) as port:
        assert sent(port, tls="starttls", trust=trust).fate is Fate.SENT
    assert len(script.received) == 1


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_a_certificate_nobody_vouches_for_pauses(tls: str, served: ssl.SSLContext) -> None:
    script = Script()
    with serving(script, **{tls: served}) as port:
        outcome = sent(port, tls=tls)
    assert (outcome.fate, outcome.reached_data) == (Fate.PAUSED, False)
    assert "certificate" in outcome.detail
    assert not script.received


def test_a_server_without_starttls_gets_nothing(trust: ssl.SSLContext) -> None:
    script = Script()
    assert after(script, tls="starttls", trust=trust).fate is Fate.PAUSED
    assert not script.received


def test_the_right_password_signs_in_and_the_wrong_one_pauses(served: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    script = Script()
    with serving(script, accounts=True, starttls=served) as port:
        right = sent(port, user="clinic", password="p:ss/w@rd", tls="starttls", trust=trust)
        wrong = sent(port, user="clinic", password="guess", tls="starttls", trust=trust)
        none = sent(port, tls="starttls", trust=trust)
    assert [(outcome.fate, outcome.code) for outcome in (right, wrong, none)] == [
        (Fate.SENT, 250),
        (Fate.PAUSED, 535),
        (Fate.PAUSED, 530),
    ]
    assert len(script.received) == 1
