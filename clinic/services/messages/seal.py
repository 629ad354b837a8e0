"""Turning what is owed into sealed letters: compared with what the reader was last told, written once, sent as often as
it takes.

Read, render, then a short transaction that locks what is owed and finds its facts unchanged; what changed meanwhile
stays owed.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.db.messages import offers, seals, tasks
from clinic.db.messages import plain as matters
from clinic.db.messages.plain import Matter
from clinic.db.messages.seals import Facts
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.errors import Invalid
from clinic.domain.messages.notes import Note
from clinic.domain.messages.reach import Channel
from clinic.services.access.sessions import hashed
from clinic.services.messages import offered, reminding, summaries
from clinic.services.messages.letters import wanted, written
from clinic.services.messages.notes import in_use
from clinic.services.messages.plain import Body, Pen
from clinic.services.messages.plain import sealed as sealed_plain
from clinic.services.messages.sealed import Sealed

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


def seal_due(begin: Begin, read: Read, *, url: str, plus: bool = False, now: datetime) -> Sealing:
    """Settle up to 50 of the obligations that are due; `url` is where visit links lead. With `plus` each invitation has
    a sender of its own, so that its answer proves itself.

    Up to 50 letters that were sealed before their reader died, or his record was restricted, are withdrawn.
    """
    with read() as unit:
        due, unwanted = seals.due(unit.connection, now, BATCH), seals.unwanted(unit.connection, now, BATCH)
    if unwanted:
        _withdraw(begin, unwanted)
    ends = [_settle(begin, read, each, url=url, plus=plus, now=now) for each in due]
    return Sealing(ends.count(Settled.SEALED), ends.count(Settled.DROPPED), ends.count(Settled.FAULTY))


def _settle(begin: Begin, read: Read, due: seals.Due, *, url: str, plus: bool, now: datetime) -> Settled:
    if due.kind == "visit":
        return settle(begin, read, due.id, url=url, plus=plus, now=now)
    return settle_plain(begin, read, due.id, url=url, now=now)


def settle(begin: Begin, read: Read, obligation_id: int, *, url: str, plus: bool = False, now: datetime) -> Settled:
    """Seal or drop one obligation about a visit."""
    with read() as unit:
        facts = seals.facts(unit.connection, obligation_id)
        token, mailbox = unit.secret(), unit.public_id() if plus else ""
    if facts is None:
        return Settled.CHANGED
    try:
        letter = written(facts, url, token, mailbox=mailbox, now=now)
    except Invalid as fault:
        return _postpone(begin, facts, fault, now=now)
    return _keep(begin, facts, letter, now=now)


def settle_plain(begin: Begin, read: Read, obligation_id: int, *, url: str, now: datetime) -> Settled:
    """Seal or drop one obligation that is told in words alone; whom nothing reaches, the desk is asked to tell."""
    with read() as unit:
        matter = matters.matter(unit.connection, obligation_id)
        if matter is None:
            return Settled.CHANGED
        pen = Pen(matter, url, {visit: unit.secret() for visit in matter.visits}, unit.secret())
        last = matters.stamped(unit.connection, matter.uid)
        shelf = in_use(unit) if matter.kind == "notice" else ()
    try:
        body = None if matter.silent else WRITE[matter.kind](pen, shelf, now)
        by_hand = matter.reach.channel is Channel.PAPER
        letter = None if body is None or by_hand else sealed_plain(pen, body, last, now=now)
    except Invalid as fault:
        return _postpone(begin, matter, fault, now=now)
    return _keep_plain(begin, matter, letter, by_hand=body is not None and by_hand, now=now)


WRITE: Final[dict[str, Callable[[Pen, Sequence[Note], datetime], Body | None]]] = {
    "summary": lambda pen, _, now: summaries.summary(pen, now=now),
    "notice": lambda pen, shelf, now: reminding.notice(pen, shelf, now=now),
    "answer": lambda pen, _, __: summaries.answer(pen),
    "offer": lambda pen, _, now: offered.offered(pen, now=now),
}


@retrying
def _withdraw(begin: Begin, seal_ids: Sequence[int]) -> None:
    with begin() as unit:
        for id_ in seal_ids:
            seals.supersede(unit.connection, id_)


@retrying
def _postpone(begin: Begin, of: Facts | Matter, fault: Invalid, *, now: datetime) -> Settled:
    LOG.error("a letter cannot be written: %s (%s)", fault.code, fault.field)
    with begin(hold=of.resources) as unit:
        seals.postpone(unit.connection, of.id, now + FAULT_WAITS)
    return Settled.FAULTY


@retrying
def _keep(begin: Begin, facts: Facts, letter: Sealed | None, *, now: datetime) -> Settled:
    with begin(hold=facts.resources) as unit:
        seals.claim(unit.connection, facts.id)
        if seals.facts(unit.connection, facts.id) != facts:
            return Settled.CHANGED
        if facts.waiting is not None:
            if letter is not None and facts.waiting[1] == wanted(facts):
                letter = None  # the letter that waits says it already
            elif not seals.supersede(unit.connection, facts.waiting[0]):
                return Settled.CHANGED
        return _kept(unit, facts.id, facts.uid, letter, now=now)


@retrying
def _keep_plain(begin: Begin, matter: Matter, letter: Sealed | None, *, by_hand: bool, now: datetime) -> Settled:
    with begin(hold=matter.resources) as unit:
        seals.claim(unit.connection, matter.id)
        if matters.matter(unit.connection, matter.id) != matter:
            return Settled.CHANGED
        if by_hand and matter.kind == "summary" and not tasks.waits(unit.connection, "tell_patient", matter.patient_id):
            key, public_id = f"tell:{matter.public_id}", unit.public_id()
            tasks.put(unit.connection, "tell_patient", key, patient_id=matter.patient_id, public_id=public_id, now=now)
        return _kept(unit, matter.id, matter.uid, letter, now=now)


def _kept(unit: Unit, obligation_id: int, uid: str, letter: Sealed | None, *, now: datetime) -> Settled:
    seals.settle(unit.connection, obligation_id, "dropped" if letter is None else "sealed")
    if letter is None:
        return Settled.DROPPED
    copied = ("recipient", "shown", "method", "sequence", "message_id", "stamped_at", "sender", "subject", "payload")
    values = {"uid": uid, "expires_at": letter.expires_at, **{name: getattr(letter, name) for name in copied}}
    seals.add(unit.connection, obligation_id, values)
    for link in letter.links:
        expires_at = link.visit_ends + LINK_LIVES
        seals.add_link(unit.connection, link.appointment_id, hashed(link.token), now=now, expires_at=expires_at)
    if letter.offer is not None:
        offers.add_link(unit.connection, letter.offer[0], hashed(letter.offer[1]))
    return Settled.SEALED
