"""Starting somebody else's program in a home of its own, and leaving nothing of it behind."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

DEMANDED = "CLINIC_PROVE_CLIENTS"
PATHS = "/usr/local/bin:/usr/bin:/bin"
"""Where a distribution puts programs: not in the environment that the tests run in."""
PATIENCE = 180
"""Seconds that a program may take while it runs: a busy machine starts large ones slowly."""


def missing(what: str) -> None:
    """Skips and says so, or fails where the environment says that every program has to be there."""
    if os.environ.get(DEMANDED) == "1":
        pytest.fail(f"{what} is missing, and {DEMANDED}=1 asks for it")
    pytest.skip(f"{what} is missing: this program was NOT asked")


def needs(*programs: str) -> None:
    """Each is on the path or, with a slash, a file."""
    for program in programs:
        if shutil.which(program, path=PATHS) is None:
            missing(program)


def run(home: Path, command: Sequence[str], *, said: str = "", seconds: int = 60, **told: str) -> str:
    """What the program prints. Fails with all that it said when it ends badly or takes longer."""
    with started(home, command, subprocess.PIPE, **told) as process:
        try:
            out, err = process.communicate(said.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{command[0]} took longer than {seconds} s")
    if process.returncode:
        pytest.fail(f"{' '.join(command)} ended with {process.returncode}:\n{(out + err).decode(errors='replace')}")
    return out.decode()


@contextmanager
def started(
    home: Path, command: Sequence[str], streams: int = subprocess.DEVNULL, **told: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The program under way, in that home; it ends with whatever it started."""
    environment: Mapping[str, str] = {
        "PATH": PATHS,
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        **told,
    }
    process = subprocess.Popen(command, env=environment, cwd=home, stdin=streams, stdout=streams, stderr=streams)
    try:
        yield process
    finally:
        process.kill()
        _end(home)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
        process.wait()


def until(true: Callable[[], object], process: subprocess.Popen[bytes]) -> None:
    """Wait for what the program does. Fails at once when it has ended."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, f"the program has ended with {process.returncode}"
        assert time.monotonic() < end, f"it did not happen within {PATIENCE} s"
        time.sleep(0.05)


def _end(home: Path) -> None:
    """Services that a program starts belong to nobody when it is gone: they are known by their home."""
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get("HOME") == str(home):
                each.kill()
                each.wait(10)
