"""The outbox as people handle it: let one letter go now, one more time, or everything after a restore."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.messages import outbox, undelivered
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound


@retrying
def send_now(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """End the hold of one letter that is owed. Raises NotFound when there is none, Forbidden."""
    actor.require("mail.send")
    with begin() as unit:
        found = outbox.hasten(unit.connection, public_id, now)
        if found is None:
            raise NotFound("letter")
        entry = audit.Entry("mail.send", "letter.hastened", "obligation", found.id, found.patient_id)
        audit.append(unit.connection, [entry], actor=actor, now=now)


@retrying
def try_again(begin: Begin, mark: str, *, actor: Actor, now: datetime) -> None:
    """Let a letter that was given up go once more, by the mark of its Message-ID. Raises NotFound when there is none,
    Invalid(letter_overtaken, letter_forgotten), Forbidden."""
    actor.require("mail.send")
    with begin() as unit:
        found = undelivered.given_up(unit.connection, mark)
        if found is None:
            raise NotFound("letter")
        if found.overtaken:
            raise Invalid("letter_overtaken")
        if not found.kept:
            raise Invalid("letter_forgotten")
        undelivered.requeue(unit.connection, found, by=actor.name, now=now)
        entry = audit.Entry("mail.send", "letter.requeued", "seal", found.id, found.patient_id)
        audit.append(unit.connection, [entry], actor=actor, now=now)


@retrying
def resume(begin: Begin, *, actor: Actor, now: datetime) -> bool:
    """Let letters go again after a restore; False when they already did. Raises Forbidden."""
    actor.require("mail.send")
    with begin() as unit:
        if not outbox.resume(unit.connection):
            return False
        entry = audit.Entry("mail.send", "outbox.resumed", "practice", 1)
        audit.append(unit.connection, [entry], actor=actor, now=now)
        return True
