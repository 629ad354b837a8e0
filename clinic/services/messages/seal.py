"""Turning what is owed into sealed letters: compared with what the reader was last told, written once, sent as often as
it takes.

Read, render, then a short transaction that locks what is owed and finds its facts unchanged; what changed meanwhile
stays owed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.db.messages import seals
from clinic.db.messages.seals import Facts
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.services.access.sessions import hashed
from clinic.services.messages.letters import Sealed, wanted, written

LOG = logging.getLogger("clinic.messages")

LINK_LIVES: Final = timedelta(days=4)
"""A visit link's life after the visit's end."""
FAULT_WAITS: Final = timedelta(hours=1)
"""A letter that cannot be written (a malformed sender, say) is tried again then; what is owed is never thrown away."""
BATCH: Final = 50


class Settled(StrEnum):
    """What became of one obligation. `CHANGED`: the world moved while the letter was written; it is still owed."""

    SEALED = "sealed"
    DROPPED = "dropped"
    CHANGED = "changed"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Sealing:
    """How many obligations of a round were settled in which way."""

    sealed: int = 0
    dropped: int = 0
    faulty: int = 0


def seal_due(begin: Begin, read: Read, *, url: str, now: datetime) -> Sealing:
    """Settle up to 50 of the obligations that are due; `url` is where visit links lead.

    Up to 50 letters that were sealed before their reader died, or his record was restricted, are withdrawn.
    """
    with read() as unit:
        ids, unwanted = seals.due(unit.connection, now, BATCH), seals.unwanted(unit.connection, BATCH)
    if unwanted:
        _withdraw(begin, unwanted)
    ends = [settle(begin, read, id_, url=url, now=now) for id_ in ids]
    return Sealing(ends.count(Settled.SEALED), ends.count(Settled.DROPPED), ends.count(Settled.FAULTY))


def settle(begin: Begin, read: Read, obligation_id: int, *, url: str, now: datetime) -> Settled:
    """Seal or drop one obligation."""
    with read() as unit:
        facts = seals.facts(unit.connection, obligation_id)
        token = unit.secret()
    if facts is None:
        return Settled.CHANGED
    try:
        letter = written(facts, f"{url}/v/{token}", now=now)
    except Invalid as fault:
        LOG.error("a letter cannot be written: %s (%s)", fault.code, fault.field)
        return _postpone(begin, facts, now=now)
    return _keep(begin, facts, letter, token, now=now)


@retrying
def _withdraw(begin: Begin, seal_ids: Sequence[int]) -> None:
    with begin() as unit:
        for id_ in seal_ids:
            seals.supersede(unit.connection, id_)


@retrying
def _postpone(begin: Begin, facts: Facts, *, now: datetime) -> Settled:
    with begin(hold=facts.resources) as unit:
        seals.postpone(unit.connection, facts.id, now + FAULT_WAITS)
    return Settled.FAULTY


@retrying
def _keep(begin: Begin, facts: Facts, letter: Sealed | None, token: str, *, now: datetime) -> Settled:
    with begin(hold=facts.resources) as unit:
        seals.claim(unit.connection, facts.id)
        if seals.facts(unit.connection, facts.id) != facts:
            return Settled.CHANGED
        if facts.waiting is not None:
            if letter is not None and facts.waiting[1] == wanted(facts):
                letter = None  # the letter that waits says it already
            elif not seals.supersede(unit.connection, facts.waiting[0]):
                return Settled.CHANGED
        seals.settle(unit.connection, facts.id, "dropped" if letter is None else "sealed")
        if letter is None:
            return Settled.DROPPED
        values = {"uid": facts.uid, "recipient": facts.recipient, "sequence": facts.sequence}
        values |= {"method": letter.method, "message_id": letter.message_id, "stamped_at": letter.stamped_at}
        values |= {"sender": letter.sender, "subject": letter.subject, "payload": letter.payload}
        seals.add(unit.connection, facts.id, letter.shown, values)
        if letter.linked:
            ends = instant_of(letter.shown.ends) + LINK_LIVES
            seals.add_link(unit.connection, facts.appointment_id, hashed(token), now=now, expires_at=ends)
    return Settled.SEALED
