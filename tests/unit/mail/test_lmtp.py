"""Mail handed over by a mail server, on a real connection."""

import asyncio
import smtplib
import socket
from pathlib import Path
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.mail.lmtp import Address, address_from, listening

MAIL = b"From: a@b\r\n\r\nhello\r\n"


def handed_over(address: Address, handles: list[bool], talk: Any) -> list[tuple[bytes, tuple[str, ...]]]:
    """What came in while `talk` ran beside the server with its port or path."""
    got: list[tuple[bytes, tuple[str, ...]]] = []

    def handle(raw: bytes, recipients: tuple[str, ...]) -> bool:
        got.append((raw, recipients))
        return handles[len(got) - 1]

    async def run() -> None:
        async with listening(address, handle) as server:
            where = str(address.path) if address.path else server.sockets[0].getsockname()[1]
            await asyncio.to_thread(talk, where)

    asyncio.run(run())
    return got


def test_each_recipient_gets_an_answer() -> None:
    said: list[list[bytes]] = []

    def talk(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port) as server:
            server.ehlo()
            server.mail("a@b")
            server.rcpt("one+token@clinic.test")
            server.rcpt("two@clinic.test")
            server.docmd("DATA")
            server.send(MAIL + b".\r\n")
            said.append([server.getreply()[1] for _ in range(2)])

    got = handed_over(Address("127.0.0.1", 0), [True], talk)
    assert got == [(MAIL, ("one+token@clinic.test", "two@clinic.test"))]
    assert said == [[b"2.0.0 Handled", b"2.0.0 Handled"]]


def test_what_cannot_be_handled_now_comes_again() -> None:
    codes: list[int] = []

    def talk(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port) as server:
            for _ in range(2):
                server.ehlo_or_helo_if_needed()
                server.mail("a@b")
                server.rcpt("one@clinic.test")
                codes.append(server.data(MAIL)[0])

    handed_over(Address("127.0.0.1", 0), [False, True], talk)
    assert codes == [451, 250]


def test_a_socket_is_open_to_its_group_and_gone_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))  # as a server that was killed leaves it
    modes: list[int] = []

    def talk(where: str) -> None:
        modes.append(path.stat().st_mode & 0o777)
        with smtplib.LMTP(where) as server:
            server.sendmail("a@b", ["one@clinic.test"], MAIL)

    assert [recipients for _, recipients in handed_over(Address(path=path), [True], talk)] == [("one@clinic.test",)]
    assert modes == [0o660]
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2424", Address("127.0.0.1", 2424)),
        ("localhost:24", Address("localhost", 24)),
        ("[::1]:24", Address("::1", 24)),
        ("10.0.0.5:24", Address("10.0.0.5", 24)),
        ("unix:/run/clinic/lmtp.sock", Address(path=Path("/run/clinic/lmtp.sock"))),
    ],
)
def test_an_address_to_listen_at(text: str, address: Address) -> None:
    assert address_from(text) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2424", "lmtp_address"),
        (":2424", "lmtp_address"),
        ("127.0.0.1:x", "lmtp_address"),
        ("127.0.0.1:70000", "lmtp_address"),
        ("unix:lmtp.sock", "lmtp_address"),
        ("0.0.0.0:2424", "lmtp_public"),
        ("203.0.113.9.example:2424", "lmtp_public"),
        ("8.8.8.8:2424", "lmtp_public"),
    ],
)
def test_nobody_listens_to_the_world(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        address_from(text)
    assert refused.value.code == code
