"""Therapists' own calendars, read in a thread of their own: letters do not wait for slow servers."""

import logging
from contextlib import AbstractContextManager
from threading import Event
from typing import Final

from clinic.calendars import fetching
from clinic.services.practice.busy_reading import Fetch, read_due
from clinic.worker.beside import beside
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


def reading(parts: Parts, stop: Event) -> AbstractContextManager[None]:
    """While the block runs, a thread reads what is due; it ends after the calendar that it has in hand."""
    return beside("calendars", lambda: read_once(parts, stop), stop, rest_seconds=REST_SECONDS)
