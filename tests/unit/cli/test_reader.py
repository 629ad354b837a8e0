"""The command line and whoever reads what it prints."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic.cli import database
from clinic.cli.main import main

MUCH = "a line\n" * 100_000


@contextmanager
def left(*streams: str) -> Iterator[None]:
    """Who read these went away."""
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.MonkeyPatch.context() as patch, os.fdopen(writer, "w") as out:
        for stream in streams:
            patch.setattr(sys, stream, out)
        yield


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("words", ["one line\n", MUCH], ids=["at the end", "at once"])
def test_a_reader_who_left_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    monkeypatch.setattr(database, "_upgrade", lambda _: print(words) or 0)
    with left("stdout"):
        assert main(["db", "upgrade"]) == 141
    assert capsys.readouterr().err == ""


def test_help_is_left_as_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    with left("stdout"):
        assert main(["--help"]) == 141
    assert capsys.readouterr().err == ""


def test_who_hears_neither_answers_nor_faults_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLINIC_URL", raising=False)
    with left("stdout", "stderr"):
        assert main(["check"]) == 141


@pytest.mark.usefixtures("environment")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("words", ["one line\n", MUCH], ids=["at the end", "at once"])
def test_a_disk_that_is_full_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    with open("/dev/full", "w") as full:
        monkeypatch.setattr("sys.stdout", full)
        monkeypatch.setattr(database, "_upgrade", lambda _: print(words) or 0)
        assert main(["db", "upgrade"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("clinic: The machine refuses to go on (No space left on device)")
    assert said.count("\n") == 1
