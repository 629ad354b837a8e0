"""Answers handed over by a mail server."""

import io
import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from clinic import wiring
from clinic.cli import receive
from clinic.cli.main import main

NO_ANSWER = b"From: a@b\r\n\r\nhello\r\n"


class Stdin:
    """Standard input with these bytes."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def given(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr("sys.stdin", Stdin(raw))


def test_a_mail_that_is_no_answer_is_taken_and_forgotten(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    main(["db", "upgrade"])
    given(monkeypatch, NO_ANSWER)
    assert main(["receive", "--recipient", "desk+token@clinic.test"]) == 0


def test_what_was_delivered_to_whom_is_handed_on(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    main(["db", "upgrade"])
    seen: list[tuple[object, ...]] = []

    def note(_begin: object, _read: object, raw: bytes, **more: object) -> None:
        seen.append((raw, more["envelope"], more["trusted"]))

    monkeypatch.setattr(receive, "receive", note)
    monkeypatch.setenv("CLINIC_REPLY_HOST", "mx.clinic.test")
    given(monkeypatch, NO_ANSWER)
    main(["receive", "--recipient", "one@h", "--recipient", "two@h"])
    assert seen == [(NO_ANSWER, ("one@h", "two@h"), "mx.clinic.test")]


def test_a_database_that_is_away_asks_for_another_try(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    main(["db", "upgrade"])

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("select", {}, Exception("gone"))

    given(monkeypatch, NO_ANSWER)
    with monkeypatch.context() as patch:
        patch.setattr(receive, "receive", gone)
        assert main(["receive"]) == receive.AGAIN
    with monkeypatch.context() as patch:
        patch.setattr(wiring, "ready_database", gone)
        assert main(["receive"]) == receive.AGAIN


def test_a_mail_that_cannot_be_handled_does_not_come_for_ever(
    monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    main(["db", "upgrade"])

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    given(monkeypatch, NO_ANSWER)
    monkeypatch.setattr(receive, "receive", broken)
    assert main(["receive"]) == 0


def test_an_address_open_to_the_world_is_refused(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lmtp", "--listen", "0.0.0.0:2424"]) == 2
    assert "listen on this machine" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_mail_server_hands_over_until_it_is_told_to_end(environment: str, tmp_path: Path) -> None:
    main(["db", "upgrade"])
    path = tmp_path / "lmtp.sock"
    command = [sys.executable, "-c", "from clinic.cli.main import main; main()", "lmtp", "--listen", f"unix:{path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}, text=True) as server:
        assert server.stdout is not None
        assert str(path) in server.stdout.readline()
        with smtplib.LMTP(str(path)) as mail:
            mail.sendmail("a@b", ["desk@clinic.test"], NO_ANSWER)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    assert not path.exists()
