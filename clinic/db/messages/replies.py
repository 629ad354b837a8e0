"""Answers to invitations: what was asked of whom, what was answered, and the letter that an answer is owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, insert, select, text

from clinic.db.messages.obligations import ARRIVED
from clinic.db.messages.seals import SILENT
from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.messages import reply as replies
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.types import Instant
from clinic.domain.messages.reply import Asked, Reply, Said
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.visit import Status


@dataclass(frozen=True, slots=True)
class Invited:
    """A visit that somebody may have been invited to, and the answer that is kept of it."""

    id: int
    public_id: str
    version: int
    patient_id: int
    patient_public_id: str
    answer: Answer
    asked: Asked


def invited(connection: Connection, uid: str) -> Invited | None:
    """The visit with that UID; None when there is none, or nothing is said to its patient any more."""
    query = (
        select(
            appointment.c.id,
            appointment.c.public_id,
            appointment.c.version,
            appointment.c.patient_id,
            patient.c.public_id.label("patient_public_id"),
            appointment.c.answer,
            appointment.c.status,
            appointment.c.ends_tick,
            appointment.c.timed_sequence,
            patient.c.email,
        )
        .join(patient, patient.c.id == appointment.c.patient_id)
        .where(appointment.c.uid == uid, ~SILENT)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    # An answer about an earlier time overtakes none about this one, whatever the clocks of who sent them say.
    about_now = (replies.c.uid == uid, replies.c.sequence >= row.timed_sequence)
    answered = select(func.max(replies.c.stamped_at)).where(*about_now)
    asked = Asked(
        status=Status(row.status),
        ends=row.ends_tick,
        timed_sequence=row.timed_sequence,
        address=row.email,
        recipients=_recipients(connection, uid),
        answered_at=connection.execute(answered).scalar(),
    )
    whose = (row.id, row.public_id, row.version, row.patient_id, row.patient_public_id)
    return Invited(*whose, Answer(row.answer), asked)


def _recipients(connection: Connection, uid: str) -> tuple[tuple[str, str], ...]:
    """Who has an invitation and no withdrawal, each with all addresses that his invitations came from."""
    found: dict[str, set[str]] = {}
    query = select(seal.c.recipient, seal.c.sender, seal.c.method).where(seal.c.uid == uid, ARRIVED)
    for recipient, sender, method in connection.execute(query.order_by(seal.c.id)):
        if method == "CANCEL":
            found.pop(recipient, None)
        elif method == "REQUEST":
            found.setdefault(recipient, set()).add(sender)
    return tuple((recipient, sender) for recipient, senders in found.items() for sender in sorted(senders))


_ADD = text(
    """
    INSERT INTO reply (appointment_id, uid, recipient, sequence, stamped_at, answer, received_at)
    VALUES (:appointment_id, :uid, :recipient, :sequence, :stamped_at, :answer, :received_at)
    ON CONFLICT (uid, sequence, stamped_at) DO NOTHING
    """
).bindparams(bindparam("stamped_at", type_=Instant()), bindparam("received_at", type_=Instant()))


def add(connection: Connection, visit: Invited, reply: Reply, answer: Said, now: datetime) -> bool:
    """Keep an answer; False when it was kept before."""
    values = {"appointment_id": visit.id, "uid": reply.uid, "recipient": visit.asked.address, "answer": answer.value}
    values |= {"sequence": reply.sequence, "stamped_at": reply.stamped_at, "received_at": now}
    return connection.execute(_ADD, values).rowcount == 1


def owe_answer(connection: Connection, visit: Invited, *, public_id: str, now: datetime) -> None:
    """Owe who declined a letter at once, unless he is owed one already."""
    uid, recipient = f"answer:{visit.public_id}", visit.asked.address
    owed = exists().where(obligation.c.uid == uid, obligation.c.recipient == recipient, obligation.c.state == "owed")
    if connection.execute(select(owed)).scalar_one():
        return
    about = {"patient_id": visit.patient_id, "appointment_id": visit.id, "uid": uid, "recipient": recipient}
    row = {**about, "public_id": public_id, "kind": "answer", "state": "owed", "first_at": now, "due_at": now}
    connection.execute(insert(obligation), {**row, "detail": {}})
