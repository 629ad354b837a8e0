"""Long solves, in a thread of their own, so that letters do not wait for them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from clinic.services.courses.repair.run import solve_due
from clinic.worker.parts import Parts

LOG = logging.getLogger("clinic.worker")

REST_SECONDS: Final = 1.0


def solve_once(parts: Parts, stop: Event | None = None) -> int:
    """Solve what waits; how many. A search that fails is logged, and tried again when its lease is over."""
    try:
        return solve_due(parts.begin, parts.read, now=parts.now, stop=stop.is_set if stop else lambda: False)
    except Exception:  # whatever a search meets, the letters and the other searches go on
        LOG.exception("a search failed")
        return 0


@contextmanager
def solving(parts: Parts, stop: Event) -> Iterator[None]:
    """While the block runs, a thread solves what waits; it ends within about a second of `stop`."""
    thread = Thread(target=_run, args=(parts, stop), name="solving", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _run(parts: Parts, stop: Event) -> None:
    while not stop.is_set():
        solve_once(parts, stop)
        stop.wait(REST_SECONDS)
