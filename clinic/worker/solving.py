"""Long solves, in a thread of their own, so that letters do not wait for them."""

import logging
from contextlib import AbstractContextManager
from threading import Event
from typing import Final

from clinic.services.courses.repair.run import solve_due
from clinic.worker.beside import beside
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


def solving(parts: Parts, stop: Event) -> AbstractContextManager[None]:
    """While the block runs, a thread solves what waits; it ends within about a second of `stop`."""
    return beside("solving", lambda: solve_once(parts, stop), stop, rest_seconds=REST_SECONDS)
