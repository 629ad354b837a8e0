"""`clinic serve` as a person starts it: pages come, the worker runs beside it, and both end together."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.commands import PATIENCE, CommandLine, answers, free_port, until

pytestmark = pytest.mark.journey


@pytest.fixture
def served(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    url = f"http://127.0.0.1:{free_port()}"
    settings = {"CLINIC_DATABASE_URL": sqlite_url, "CLINIC_SECRET_KEY": "k" * 32, "CLINIC_URL": url}
    with CommandLine(tmp_path, settings).serving("--port", url.rpartition(":")[2]) as process:
        yield process, url


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_whole_tree_ends_with_the_server(
    served: tuple[subprocess.Popen[bytes], str], sign: signal.Signals, tmp_path: Path
) -> None:
    process, url = served
    until(lambda: len(psutil.Process(process.pid).children()) >= 3)  # a web process, the worker and its tracker
    tree = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(sign)
    process.wait(PATIENCE)
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in tree))
    assert not answers(url)
    assert '"route": "/readyz"' in (tmp_path / "log").read_text()


def test_a_terminals_end_is_heard_by_the_server_alone_which_tells_the_others(
    served: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    process, url = served
    until(lambda: len(psutil.Process(process.pid).children()) >= 3)
    tree = psutil.Process(process.pid).children(recursive=True)
    for child in tree:  # what a terminal does at Ctrl-C, to every process of the group, here all but the server
        if os.getpgid(child.pid) == process.pid:
            child.send_signal(signal.SIGINT)
    assert answers(url)
    assert all(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in tree)
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in tree))
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_request_that_is_never_finished_holds_nobody_up(served: tuple[subprocess.Popen[bytes], str]) -> None:
    process, url = served
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as typing:
        typing.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0")
        assert answers(url)
        process.terminate()
        assert process.wait(PATIENCE) == 0
