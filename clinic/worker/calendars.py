"""Therapists' own calendars, read in a thread of their own: letters do not wait for slow servers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from clinic.calendars import fetching
from clinic.services.practice.busy_reading import Fetch, read_due
from clinic.worker.parts import Parts

LOG = logging.getLogger("clinic.worker")

REST_SECONDS: Final = 5.0


def read_once(parts: Parts, stop: Event | None = None, *, fetch: Fetch = fetching.fetch) -> int:
    """Read the calendars that are due; how many. Trouble is logged, and they are read when their lease is over."""
    asked = stop.is_set if stop else lambda: False
    try:
        return read_due(parts.begin, parts.read, fetch=fetch, now=parts.now, jitter=parts.jitter, stop=asked)
    except Exception:  # whatever a calendar holds, the next round reads the others
        LOG.exception("reading calendars failed")
        return 0


@contextmanager
def reading(parts: Parts, stop: Event) -> Iterator[None]:
    """While the block runs, a thread reads what is due; it ends after the calendar that it has in hand."""
    thread = Thread(target=_run, args=(parts, stop), name="calendars", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _run(parts: Parts, stop: Event) -> None:
    while not stop.is_set():
        read_once(parts, stop)
        stop.wait(REST_SECONDS)
