"""One loop: letters that are due, jobs that are due, a rest."""

import logging
from dataclasses import dataclass
from threading import Event
from typing import Final

from clinic.db.faults import UNAVAILABLE
from clinic.mail.outcome import Fate
from clinic.services.messages.deliver import deliver_one
from clinic.services.messages.jobs import run_due
from clinic.services.messages.reminding import plan_due
from clinic.services.messages.seal import Sealing, seal_due
from clinic.worker.parts import Parts

LOG = logging.getLogger("clinic.worker")

REST_SECONDS: Final = 1.0
"""Between two rounds that found nothing: a letter leaves this much later than it might."""
TROUBLE_SECONDS: Final = 10.0
MOST: Final = 100
"""Letters sent in one round, so that sealing and jobs have their turn."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What one round did. `failed` letters are tried again or were given up."""

    sealed: int = 0
    dropped: int = 0
    faulty: int = 0
    sent: int = 0
    failed: int = 0
    jobs: int = 0

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return self == Counts()


def run_once(parts: Parts) -> Counts:
    """One round: plan notices, seal what is due, send until nothing is due or the server fails, do the jobs."""
    sealing, fates = Sealing(), list[Fate]()
    if parts.transport is not None:
        plan_due(parts.begin, parts.read, now=parts.now())
        sealing = seal_due(parts.begin, parts.read, url=parts.url, plus=parts.plus, now=parts.now())
        while len(fates) < MOST and Fate.PAUSED not in fates:
            fate = deliver_one(parts.begin, parts.transport, jitter=parts.jitter, now=parts.now())
            if fate is None:
                break
            fates.append(fate)
    done = run_due(parts.begin, parts.read, now=parts.now())
    sent = fates.count(Fate.SENT)
    return Counts(sealing.sealed, sealing.dropped, sealing.faulty, sent, len(fates) - sent, done)


def run(parts: Parts, stop: Event) -> None:
    """Rounds until `stop` is set; a round that ends in trouble is logged, and the next one tries again."""
    while not stop.is_set():
        rest = REST_SECONDS
        try:
            counts = run_once(parts)
        except UNAVAILABLE as error:
            LOG.error("database unavailable: %s", type(error).__name__)
            rest = TROUBLE_SECONDS
        except Exception:  # one letter or job must not end the worker: the others' people wait too
            LOG.exception("a round failed")
            rest = TROUBLE_SECONDS
        else:
            if not counts.idle:
                LOG.info("round", extra={"facts": {name: getattr(counts, name) for name in counts.__slots__}})
                rest = 0 if counts.sent else REST_SECONDS
        stop.wait(rest)
