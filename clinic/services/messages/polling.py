"""Looking through the mailbox that answers come to: one worker at a time, without a transaction while it waits for the
mail server. A worker that is killed in between meets the same mails again, which changes nothing."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, Protocol

from clinic.db.faults import UNAVAILABLE
from clinic.db.messages import jobs
from clinic.db.messages.jobs import Job
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.messages.reply import Verdict
from clinic.mail.imap import Handle, Mark, Unreachable
from clinic.services.messages.replies import receive

LOG = logging.getLogger("clinic.messages")

JOB: Final = "replies"
LEASE: Final = timedelta(minutes=10)
EVERY: Final = timedelta(seconds=60)
AFTER_TROUBLE: Final = timedelta(minutes=5)
OURS: Final = frozenset({Verdict.TAKEN, Verdict.STALE, Verdict.SETTLED})
"""What nobody needs to read any more. What was not believed stays where people look for mail."""

Clock = Callable[[], datetime]


class Inbox(Protocol):
    """A mailbox; `Imap` is one."""

    def look(self, mark: Mark, handle: Handle) -> Iterator[Mark]:
        """Look at new mails; how far it is after each. Raises Unreachable."""
        ...


def poll_due(begin: Begin, read: Read, inbox: Inbox, *, trusted: str = "", now: Clock) -> int:
    """Look at what is new, if it is time to; how many answers were taken. Raises the database's faults."""
    claimed = _claim(begin, read, now=now())
    if claimed is None:
        return 0
    verdicts: list[Verdict] = []

    def handle(raw: bytes) -> bool:
        verdicts.append(_received(begin, read, raw, trusted, now=now()))
        return verdicts[-1] in OURS

    again = EVERY
    try:
        for mark in inbox.look(Mark(**claimed.payload), handle):
            _keep(begin, claimed, mark)
    except Unreachable as fault:
        LOG.error("the mailbox of answers cannot be read: %s", fault)
        again = AFTER_TROUBLE
    _again(begin, claimed, now() + again)
    return verdicts.count(Verdict.TAKEN)


def _received(begin: Begin, read: Read, raw: bytes, trusted: str, *, now: datetime) -> Verdict:
    try:
        return receive(begin, read, raw, trusted=trusted, now=now).verdict
    except UNAVAILABLE:
        raise
    except Exception:  # whatever one mail provokes, the others behind it are read
        LOG.exception("a mail could not be handled")
        return Verdict.UNREADABLE


@retrying
def _claim(begin: Begin, read: Read, *, now: datetime) -> Job | None:
    with read() as unit:
        planned, due = jobs.pending(unit.connection, JOB), jobs.due(unit.connection, (JOB,), now)
    if planned and not due:
        return None
    with begin() as unit:
        if not planned:
            jobs.put(unit.connection, JOB, JOB, now)
        return jobs.claim(unit.connection, (JOB,), by=unit.public_id(), now=now, until=now + LEASE)


@retrying
def _keep(begin: Begin, claimed: Job, mark: Mark) -> None:
    with begin() as unit:
        jobs.remember(unit.connection, claimed, {"validity": mark.validity, "uid": mark.uid})


@retrying
def _again(begin: Begin, claimed: Job, due_at: datetime) -> None:
    with begin() as unit:
        jobs.again(unit.connection, claimed, due_at)
