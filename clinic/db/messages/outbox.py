"""What is owed and what is sealed, as people look at it and handle it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.domain.errors import NotFound

STATES = {
    "held": (),
    "sent": ("sealed", "leased", "sent", "unknown", "superseded"),
    "failed": ("dead",),
}
"""How a reader of the mailbox tells letters apart; what is held is owed and not sealed yet."""


class Held(NamedTuple):
    """A letter that is owed; ticks. About several visits or none, it has no status, times or zone of one."""

    public_id: str
    kind: str
    recipient: str
    due_at: datetime
    status: str | None
    starts: int | None
    ends: int | None
    tz: str | None


class Filed(NamedTuple):
    """A sealed letter."""

    message_id: str
    recipient: str
    subject: str
    state: str
    stamped_at: datetime
    sent_at: datetime | None
    next_at: datetime
    fault: str


class Counts(NamedTuple):
    """How many letters are owed and not sealed yet, sealed, and given up."""

    held: int
    sent: int
    failed: int


def counts(connection: Connection) -> Counts:
    """How many there are of each."""
    held = connection.execute(select(func.count()).where(obligation.c.state == "owed")).scalar_one()
    failed = connection.execute(select(func.count()).where(seal.c.state == "dead")).scalar_one()
    filed = connection.execute(select(func.count()).select_from(seal)).scalar_one()
    return Counts(held, filed - failed, failed)


def held(connection: Connection, *, most: int, skip: int) -> tuple[Held, ...]:
    """What is owed, latest due first; where an address is found only when the letter is written, the mail address."""
    query = (
        select(
            obligation.c.public_id,
            obligation.c.kind,
            func.coalesce(func.nullif(obligation.c.recipient, ""), patient.c.email, ""),
            obligation.c.due_at,
            appointment.c.status,
            appointment.c.starts_tick,
            appointment.c.ends_tick,
            appointment.c.tz,
        )
        .join(patient, patient.c.id == obligation.c.patient_id)
        .outerjoin(appointment, appointment.c.id == obligation.c.appointment_id)
        .where(obligation.c.state == "owed")
        .order_by(obligation.c.due_at.desc(), obligation.c.id.desc())
    )
    return tuple(Held(*row) for row in connection.execute(query.limit(most).offset(skip)))


_FILED = [seal.c[name] for name in Filed._fields]


def filed(connection: Connection, states: tuple[str, ...], *, most: int, skip: int) -> tuple[Filed, ...]:
    """The sealed letters in one of these states, newest first."""
    query = select(*_FILED).where(seal.c.state.in_(states)).order_by(seal.c.id.desc()).limit(most).offset(skip)
    return tuple(Filed(*row) for row in connection.execute(query))


def letter(connection: Connection, mark: str) -> tuple[Filed, bytes]:
    """The sealed letter whose Message-ID begins with the mark, and its bytes. Raises NotFound."""
    named: ColumnElement[bool] = seal.c.message_id.startswith(f"<{mark}@", autoescape=True)
    row = connection.execute(select(*_FILED, seal.c.payload).where(named)).one_or_none()
    if row is None:
        raise NotFound("letter")
    return Filed(*row[:-1]), row[-1]


class Hastened(NamedTuple):
    id: int
    patient_id: int


def hasten(connection: Connection, public_id: str, now: datetime) -> Hastened | None:
    """Make what is owed due; None when nothing by that name is owed."""
    statement = (
        update(obligation)
        .where(obligation.c.public_id == public_id, obligation.c.state == "owed")
        .values(due_at=now)
        .returning(obligation.c.id, obligation.c.patient_id)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Hastened(*row)


def resume(connection: Connection) -> bool:
    """End the pause; False when there was none."""
    paused = update(practice).where(practice.c.outbox_paused)
    return connection.execute(paused.values(outbox_paused=False, version=practice.c.version + 1)).rowcount == 1
