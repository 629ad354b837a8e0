"""Work in a thread of its own beside the worker's loop, so that letters do not wait for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def beside(name: str, work: Callable[[], object], stop: Event, *, rest_seconds: float) -> Iterator[None]:
    """While the block runs, a thread works and rests by turns. Leaving the block sets `stop`, and waits ten seconds at
    most for what the thread has in hand."""
    thread = Thread(target=_run, args=(work, stop, rest_seconds), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _run(work: Callable[[], object], stop: Event, rest_seconds: float) -> None:
    while not stop.is_set():
        work()
        stop.wait(rest_seconds)
