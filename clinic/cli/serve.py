"""`clinic serve`: the web server, and the worker beside it in the same process tree."""

import argparse
import errno
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from multiprocessing import resource_tracker
from threading import Event, Thread
from typing import Final

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from clinic import logs, wiring
from clinic.domain.errors import Invalid

Main = Callable[[Sequence[str]], int]

THREADS: Final = 8
"""Requests at once a process: as many as it has database connections."""
AGAIN_SECONDS: Final = 3
WATCH_SECONDS: Final = 1
LAST_SECONDS: Final = 3
"""For requests under way once the end was asked for; one that never comes whole would wait for ever."""
SENDING_SECONDS: Final = 20
"""For the letter that is just being sent."""
_REFUSALS: Final = {errno.EADDRNOTAVAIL: "host_foreign", errno.EACCES: "port_forbidden"}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `serve`."""
    job = subparsers.add_parser("serve", help="serve the web pages and send what is due, until Ctrl-C")
    job.add_argument("--host", help="the interface to listen on (CLINIC_HOST)")
    job.add_argument("--port", type=int, help="the port to listen on (CLINIC_PORT)")
    job.add_argument("--workers", type=int, default=1, metavar="N", help="web processes; SQLite is best served by one")
    job.add_argument("--no-worker", action="store_true", help="send nothing: `clinic worker` runs elsewhere")
    job.set_defaults(func=_serve)


def _serve(args: argparse.Namespace) -> int:
    settings = wiring.settings()
    wiring.ready_database(settings).engine.dispose()
    host, port = args.host or settings.host, args.port or settings.port
    refuse_taken(host, port)
    logs.configure(settings.log_level)
    if args.workers > 1:
        # A forked process would keep the figures of one process: it must read this at its own start.
        multiprocessing.set_start_method("spawn", force=True)
        wiring.share_metrics(tempfile.mkdtemp(prefix="clinic-metrics-"))
    server = Server(
        "clinic.cli.serve:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=args.workers,
        blocking_threads=THREADS,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_SECONDS,
        log_dictconfig=logs.config(settings.log_level),
        log_level=LogLevels.error,
    )
    server.main_loop_interrupt = Wake()
    if not args.no_worker:
        companion = Companion(args.main)
        server.on_startup(companion.start)
        server.on_shutdown(companion.stop)
    print(f"Serving {settings.url} on {host}:{port}; Ctrl-C ends it.", flush=True)
    server.serve()
    return 0


def refuse_taken(host: str, port: int) -> None:
    """Raise Invalid where nothing can listen. Servers would share a port in silence, one request here, one there."""
    if not 0 < port < 65536:
        raise Invalid("port_wrong", port=port)
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except (OSError, UnicodeError) as error:  # some names cannot even be looked up
        unknown = isinstance(error, socket.gaierror | UnicodeError)
        code = "host_foreign" if unknown else _REFUSALS.get(getattr(error, "errno", None) or 0, "port_taken")
        raise Invalid(code, host=host, port=port) from error


def application() -> Flask:
    """The application of one web process: its parent tells it to end, or it ends itself when that is gone without a
    word."""
    # Forked, it has its parent's ears until the server gives it its own: what ends it meanwhile would not be heard.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # A terminal tells every process of a group; told twice, by it and by the parent, a web process hangs.
    os.setpgrp()
    _watch(os.getppid())
    return wiring.web_app()


class Wake(Event):
    """What the server waits for, looking up every second: a signal that another thread takes, as after a stop of the
    whole process, is handled only when the main thread runs."""

    def wait(self, timeout: float | None = None) -> bool:
        while timeout is None and not super().wait(WATCH_SECONDS):
            pass
        return super().wait(timeout)


class Companion:
    """Keeps one `clinic worker` running beside the server, and ends it with the server."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._over = Event()
        self._keeper = Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Ends the worker, which finishes what it is sending."""
        self._over.set()
        self._keeper.join()

    def _keep(self) -> None:
        # The worker inherits this: a terminal's Ctrl-C is the server's, which ends it. To start the tracker undoes it.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        spawn = multiprocessing.get_context("spawn")
        while not self._over.is_set():
            process = spawn.Process(target=work, args=(self._main, os.getpid()), name="clinic-worker")
            process.start()
            while process.is_alive() and not self._over.wait(WATCH_SECONDS):
                pass
            if self._over.is_set():
                process.terminate()
                process.join(SENDING_SECONDS)
                process.kill()
            process.join()
            self._over.wait(AGAIN_SECONDS)


def work(main: Main, parent: int) -> None:
    """One `clinic worker`, which ends itself likewise."""
    _watch(parent)
    sys.exit(main(["worker"]))


def _watch(parent: int) -> None:
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    over = Event()
    while os.getppid() == parent:
        over.wait(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
