"""`clinic serve` as a person starts it: pages come, the worker runs beside it, and both end together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.journey
CLINIC = Path(sys.executable).with_name("clinic")
PATIENCE = 20
"""Seconds; a machine that is busy with other tests starts slowly."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "CLINIC_DATABASE_URL": sqlite_url,
        "CLINIC_SECRET_KEY": "k" * 32,
        "CLINIC_URL": url,
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([CLINIC, "serve", "--port", str(port)], env=environment, stderr=log, cwd=tmp_path)
        yield process, url
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz") as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_whole_tree_ends_with_the_server(
    served: tuple[subprocess.Popen[bytes], str], sign: signal.Signals, tmp_path: Path
) -> None:
    process, url = served
    until(lambda: answers(url))
    until(lambda: len(psutil.Process(process.pid).children()) >= 3)  # a web process, the worker and its tracker
    tree = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(sign)
    process.wait(PATIENCE)
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in tree))
    assert not answers(url)
    assert '"route": "/readyz"' in (tmp_path / "log").read_text()
