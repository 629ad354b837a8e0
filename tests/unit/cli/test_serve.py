"""`clinic serve`, with a server and a process that only note what is asked of them."""

import os
import signal
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from clinic.cli import main as command
from clinic.cli import serve
from clinic.cli.main import main

SERVERS: list["FakeServer"] = []


class FakeServer:
    main_loop_interrupt: serve.Wake

    def __init__(self, target: str, **options: Any) -> None:
        self.target, self.options, self.hooks = target, options, []
        SERVERS.append(self)

    def on_startup(self, hook: Callable[[], None]) -> None:
        self.hooks.append(hook)

    on_shutdown = on_startup

    def serve(self) -> None:
        for hook in self.hooks:
            hook()


class FakeProcess:
    """Dies at once the first time, runs on the second."""

    started: ClassVar[list["FakeProcess"]] = []

    def __init__(self, target: object, args: tuple[object, ...], name: str) -> None:
        self.target, self.args, self.ended, self.asked = target, args, False, list[str]()

    def start(self) -> None:
        self.started.append(self)

    def is_alive(self) -> bool:
        return len(self.started) > 1 and not self.ended

    def terminate(self) -> None:
        self.asked.append("terminate")
        self.ended = True

    def kill(self) -> None:
        self.asked.append("kill")

    def join(self, seconds: float | None = None) -> None:
        if seconds is not None:
            self.asked.append("wait")


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    SERVERS.clear()
    FakeProcess.started = []
    monkeypatch.setattr(serve, "Server", FakeServer)
    monkeypatch.setattr(serve.logs, "configure", lambda _: None)
    monkeypatch.setattr(serve.resource_tracker, "ensure_running", lambda: None)
    monkeypatch.setattr(serve, "AGAIN_SECONDS", 0)
    monkeypatch.setattr(serve, "WATCH_SECONDS", 0)


@pytest.mark.usefixtures("environment")
def test_the_settings_say_where_and_the_options_know_better(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--no-worker"]) == 0
    assert main(["serve", "--no-worker", "--host", "0.0.0.0", "--port", "9000"]) == 0  # noqa: S104 - an option
    assert [(each.options["address"], each.options["port"]) for each in SERVERS] == [
        ("127.0.0.1", 8000),
        ("0.0.0.0", 9000),  # noqa: S104 - what the option said
    ]
    assert SERVERS[0].target == "clinic.cli.serve:application"
    assert SERVERS[0].hooks == []
    assert "http://clinic.test" in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_the_server_looks_up_while_it_waits_for_a_signal_that_another_thread_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["serve", "--no-worker"]) == 0
    waits: list[float | None] = []

    def wait(_: object, seconds: float | None = None) -> bool:
        waits.append(seconds)
        return len(waits) > 2

    monkeypatch.setattr(serve, "WATCH_SECONDS", 7)
    monkeypatch.setattr(serve.Event, "wait", wait)
    assert SERVERS[0].main_loop_interrupt.wait()
    assert waits == [7, 7, 7, None]


@pytest.mark.usefixtures("environment")
def test_several_processes_keep_their_figures_together(monkeypatch: pytest.MonkeyPatch) -> None:
    methods: list[str] = []
    monkeypatch.setattr(serve.multiprocessing, "set_start_method", lambda name, force: methods.append(name))
    monkeypatch.setattr(serve.tempfile, "mkdtemp", lambda prefix: f"/tmp/{prefix}x")  # noqa: S108 - nothing is made
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    assert main(["serve", "--no-worker", "--workers", "3"]) == 0
    assert (SERVERS[0].options["workers"], methods) == (3, ["spawn"])
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == "/tmp/clinic-metrics-x"  # noqa: S108 - a name


class Spawn:
    Process = FakeProcess


def test_a_worker_that_dies_is_started_again_and_ends_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.multiprocessing, "get_context", lambda _: Spawn)
    companion = serve.Companion(main)
    companion.start()
    while len(FakeProcess.started) < 2:
        pass
    companion.stop()
    assert FakeProcess.started[-1].asked == ["terminate", "wait", "kill"]
    assert FakeProcess.started[0].asked == []
    assert FakeProcess.started[0].args == (main, os.getpid())


@pytest.mark.usefixtures("environment")
def test_the_worker_comes_and_goes_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.multiprocessing, "get_context", lambda _: Spawn)
    assert main(["serve"]) == 0
    assert len(FakeProcess.started) >= 1


class FakeThread:
    """Notes what it would run, and runs nothing."""

    made: ClassVar[list["FakeThread"]] = []

    def __init__(self, target: Callable[..., None], args: tuple[int, ...], daemon: bool) -> None:
        self.target, self.args, self.daemon = target, args, daemon

    def start(self) -> None:
        self.made.append(self)


def test_a_worker_runs_the_command_beside_a_look_at_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "Thread", FakeThread)
    asked: list[list[str]] = []
    with pytest.raises(SystemExit) as left:
        serve.work(lambda words: asked.append(list(words)) or 3, parent=7)
    assert (left.value.code, asked) == (3, [["worker"]])
    look = FakeThread.made[-1]
    assert (look.target, look.args, look.daemon) == (serve._end_with, (7,), True)


def test_a_web_process_hears_its_parent_alone_and_looks_at_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    alone: list[object] = []
    monkeypatch.setattr(serve.os, "setpgrp", lambda: alone.append("a group of its own"))
    monkeypatch.setattr(serve.signal, "signal", lambda sign, handler: alone.append((sign, handler)))
    monkeypatch.setattr(serve, "Thread", FakeThread)
    monkeypatch.setattr(serve.wiring, "web_app", lambda: "the application")
    assert serve.application() == "the application"
    assert FakeThread.made[-1].args == (os.getppid(),)
    assert alone == [(signal.SIGTERM, signal.SIG_DFL), "a group of its own"]


def test_a_worker_ends_itself_once_its_parent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([7, 7, 1])
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(serve.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(serve.os, "kill", lambda process, sign: killed.append((process, sign)))
    serve._end_with(parent=7)
    assert killed == [(os.getpid(), signal.SIGTERM)]


def test_a_database_that_is_not_ready_is_not_served(
    environment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    assert main(["serve"]) == 2
    assert SERVERS == []
    assert command.FAULT == 2
    assert "clinic db upgrade" in capsys.readouterr().err
