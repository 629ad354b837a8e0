"""Sending what is sealed: leased in one short transaction, sent outside of any, settled in another.

A crash at any point loses nothing: a lease that runs out is taken over, and a letter whose fate is unknown is sent
again with the same bytes and the same Message-ID.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clinic.db.access import audit
from clinic.db.messages import deliveries
from clinic.db.messages.deliveries import Leased
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import system
from clinic.domain.messages.delivery import GIVE_UP_AFTER, PAUSE, UNCLEAR_TRIES, backoff
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.transports import Transport

LEASE: Final = timedelta(minutes=5)
"""Longer than a mail server takes for all its answers together."""
WORKER: Final = system("worker")

Jitter = Callable[[], float]
"""Gives numbers in [0, 1)."""


@dataclass(frozen=True, slots=True)
class _Next:
    """What becomes of a letter: its state, when it is tried again, and the task it leaves when it is dead."""

    state: str
    tries: int
    next_at: datetime
    task: str = ""


def deliver_one(begin: Begin, transport: Transport, *, jitter: Jitter, now: datetime) -> Fate | None:
    """Send the letter that has waited longest; None when there is none to send."""
    leased = _lease(begin, now=now)
    if leased is None:
        return None
    outcome = transport.send(leased.sender, leased.recipient, leased.payload)
    _settle(begin, leased, outcome, jitter(), now=now)
    return outcome.fate


@retrying
def _lease(begin: Begin, *, now: datetime) -> Leased | None:
    with begin() as unit:
        return deliveries.lease(unit.connection, by=unit.public_id(), now=now, until=now + LEASE)


@retrying
def _settle(begin: Begin, leased: Leased, outcome: Outcome, jitter: float, *, now: datetime) -> None:
    reached = leased.reached_data or outcome.reached_data
    then = _next(leased, outcome.fate, reached, jitter, now=now)
    values: dict[str, object] = {"state": then.state, "tries": then.tries, "next_at": then.next_at}
    values |= {"reached_data": reached, "fault": _fault(outcome), "sent_at": now if then.state == "sent" else None}
    with begin() as unit:
        if not deliveries.finish(unit.connection, leased, **values):
            return  # somebody took the lease over and settles it
        if outcome.fate is Fate.PAUSED:
            deliveries.pause(unit.connection, now + PAUSE)
        if then.task:
            _give_up(unit, leased, then.task, bad=outcome.fate is Fate.BAD_ADDRESS, now=now)


def _next(leased: Leased, fate: Fate, reached: bool, jitter: float, *, now: datetime) -> _Next:
    again = "unknown" if reached else "sealed"
    tries = leased.tries + 1
    match fate:
        case Fate.SENT:
            return _Next("sent", tries, now)
        case Fate.PAUSED:
            behind = timedelta(seconds=1)  # so that one letter the server chokes on does not hold up the rest for ever
            return _Next(again, leased.tries, now + PAUSE + behind)
        case Fate.BAD_ADDRESS | Fate.REFUSED:
            return _Next("dead", tries, now, f"mail_{fate}")
        case Fate.UNCLEAR if tries >= UNCLEAR_TRIES:
            return _Next("dead", tries, now, "mail_unclear")
        case _ if now - leased.stamped_at >= GIVE_UP_AFTER:
            return _Next("dead", tries, now, "mail_too_old")
    return _Next(again, tries, now + backoff(tries, jitter))


def _fault(outcome: Outcome) -> str:
    """What the health page says; never the server's words, which may quote the address."""
    return "" if outcome.fate is Fate.SENT else f"{outcome.fate} {outcome.code or ''}".strip()


def _give_up(unit: Unit, leased: Leased, kind: str, *, bad: bool, now: datetime) -> None:
    patient = deliveries.give_up(unit.connection, leased, kind, public_id=unit.public_id(), now=now)
    if bad and deliveries.mark_address_bad(unit.connection, patient, leased.recipient):
        entry = audit.Entry("mail.send", "patient.address_bad", "patient", patient, patient)
        audit.append(unit.connection, [entry], actor=WORKER, now=now)
