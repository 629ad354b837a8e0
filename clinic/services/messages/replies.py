"""What a mail that came in does: an answer that passes every check is kept with its visit, anything else is nothing.

Nothing of the mail but the answer is kept, and nothing is said to a sender who was not believed.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from clinic.calendars import sandbox
from clinic.db.messages import replies, tasks
from clinic.db.messages.replies import Invited
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.messages.reply import Posted, Reply, Said, Verdict, judged
from clinic.domain.visits.answer import ASKS, Answer
from clinic.domain.visits.changes import Answered
from clinic.mail.inbound import Incoming, read, vouched_for
from clinic.services.apply import apply
from clinic.services.visits.seen import hold_visit

LOG = logging.getLogger("clinic.messages")

PERMISSION: Final = "visit.answer"
READS: Final = "clinic.calendars.reading:reply"
SECONDS: Final = 10.0

Parse = Callable[[bytes, Mapping[str, str]], Mapping[str, Any]]
"""Reads the calendar part. Raises Invalid."""


def _sandboxed(data: bytes, options: Mapping[str, str]) -> Mapping[str, Any]:
    """In a process of its own: whatever it is, it takes at most ten seconds."""
    found: Mapping[str, Any] = sandbox.run(READS, data, options, wall_seconds=SECONDS)
    return found


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail; `said` where it was taken."""

    verdict: Verdict
    said: Said | None = None


def receive(
    begin: Begin,
    ask: Read,
    raw: bytes,
    *,
    envelope: tuple[str, ...] = (),
    trusted: str = "",
    parse: Parse = _sandboxed,
    now: datetime,
) -> Received:
    """Handle one mail; handling it again changes nothing. `envelope` is who the mail server delivered it to, `trusted`
    the host whose Authentication-Results are believed, empty for none. Raises nothing but the database's faults."""
    mail = read(raw, envelope=envelope)
    if mail is None:
        return Received(Verdict.NO_REPLY)
    try:
        reply = _reply(mail, parse(mail.calendar, {"method": mail.method}))
    except Invalid as fault:
        LOG.info("an answer to an invitation cannot be read: %s", fault.code)
        return Received(Verdict.UNREADABLE)
    posted = Posted(mail.sender, mail.recipients, vouched_for(mail, trusted))
    with ask() as unit:
        found = replies.invited(unit.connection, reply.uid)
    verdict = _verdict(found, reply, posted, now=now)
    if found is not None and verdict is Verdict.TAKEN:
        verdict = _keep(begin, found, reply, posted, now=now)
    LOG.info("an answer to an invitation: %s", verdict.value)
    return Received(verdict, reply.said if verdict is Verdict.TAKEN else None)


def _reply(mail: Incoming, told: Mapping[str, Any]) -> Reply:
    """The answer as values. Raises Invalid(reply_unreadable) for a date that there is not."""
    try:
        stamp = datetime.strptime(told["stamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Invalid("reply_unreadable") from error
    if mail.method == "COUNTER":
        said: Said | None = Said.COUNTER
    else:
        said = next((each for each in Said if each.name == told["partstat"] and each is not Said.COUNTER), None)
    return Reply(told["uid"], told["sequence"], stamp, tuple(told["attendees"]), told["organizer"], said)


def _verdict(found: Invited | None, reply: Reply, posted: Posted, *, now: datetime) -> Verdict:
    return Verdict.UNKNOWN if found is None else judged(reply, posted, found.asked, now=now)


@retrying
def _keep(begin: Begin, seen: Invited, reply: Reply, posted: Posted, *, now: datetime) -> Verdict:
    """Judged again under lock, then written: another answer, or a move, may have come in between."""
    with begin() as unit:
        hold_visit(unit, seen.public_id)
        found = replies.invited(unit.connection, reply.uid)
        verdict = _verdict(found, reply, posted, now=now)
        if found is None or reply.said is None or verdict is not Verdict.TAKEN:
            return verdict
        if not replies.add(unit.connection, found, reply, reply.said, now):
            return Verdict.STALE
        _act(unit, found, reply, now=now)
        return Verdict.TAKEN


def _act(unit: Unit, found: Invited, reply: Reply, *, now: datetime) -> None:
    if reply.said is Said.COUNTER:
        _task(unit, "visit_counter", found, reply, now=now)
        return
    answer = Answer(str(reply.said))
    if answer is found.answer:
        return
    actor = Actor(f"mail:{found.patient_public_id}", frozenset({PERMISSION}))
    visit = loads.visit(unit.connection, found.public_id)
    apply(unit, (Answered(visit, answer),), actor=actor, now=now)
    if answer is Answer.DECLINED:
        _task(unit, "visit_declined", found, reply, now=now)
        replies.owe_answer(unit.connection, found, public_id=unit.public_id(), now=now)
    if answer is Answer.ACCEPTED:
        tasks.drop_about(unit.connection, found.id, ASKS, now)


def _task(unit: Unit, kind: str, found: Invited, reply: Reply, *, now: datetime) -> None:
    key = f"{kind}:{found.public_id}:{reply.sequence}:{reply.stamped_at:%Y%m%dT%H%M%S}"
    tasks.put(
        unit.connection,
        kind,
        key,
        patient_id=found.patient_id,
        appointment_id=found.id,
        public_id=unit.public_id(),
        now=now,
    )
