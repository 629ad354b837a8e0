"""Answers that come in by mail, in a thread of their own: a mail server that hangs holds up nothing else."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from clinic.db.faults import UNAVAILABLE
from clinic.services.messages.polling import poll_due
from clinic.worker.parts import Parts

LOG = logging.getLogger("clinic.worker")

REST_SECONDS: Final = 10.0


def poll_once(parts: Parts) -> int:
    """Look through the mailbox, if there is one and it is time to; how many answers were taken."""
    if parts.inbox is None:
        return 0
    try:
        return poll_due(parts.begin, parts.read, parts.inbox, trusted=parts.trusted, now=parts.now)
    except UNAVAILABLE as error:
        LOG.error("database unavailable: %s", type(error).__name__)
    except Exception:  # whatever a mailbox holds, letters and jobs go on
        LOG.exception("answers could not be looked through")
    return 0


@contextmanager
def polling(parts: Parts, stop: Event) -> Iterator[None]:
    """While the block runs, a thread looks for answers; it ends with what it is at once `stop` is set."""
    thread = Thread(target=_run, args=(parts, stop), name="polling", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _run(parts: Parts, stop: Event) -> None:
    while not stop.is_set():
        poll_once(parts)
        stop.wait(REST_SECONDS)
