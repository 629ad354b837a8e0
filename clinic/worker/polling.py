"""Answers that come in by mail, in a thread of their own: a mail server that hangs holds up nothing else."""

import logging
from contextlib import AbstractContextManager
from threading import Event
from typing import Final

from clinic.db.faults import UNAVAILABLE
from clinic.services.messages.polling import poll_due
from clinic.worker.beside import beside
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


def polling(parts: Parts, stop: Event) -> AbstractContextManager[None]:
    """While the block runs, a thread looks for answers; it ends with what it is at once `stop` is set."""
    return beside("polling", lambda: poll_once(parts), stop, rest_seconds=REST_SECONDS)
