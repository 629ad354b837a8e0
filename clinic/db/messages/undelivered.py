"""Letters that did not get through: those given up, until somebody settled them, and those that are still tried."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, String, cast, exists, func, literal, or_, select, update

from clinic.db.messages.seals import OPEN
from clinic.db.tables.messages import obligation, seal, task
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment

_KEY: ColumnElement[str] = literal("mail:") + cast(seal.c.id, String) + literal(":") + cast(seal.c.tries, String)
"""The key of the task that a letter raises when it is given up after so many tries."""
SETTLED: ColumnElement[bool] = exists(select(task.c.id).where(task.c.key == _KEY, task.c.state != "open"))
DEAD: ColumnElement[bool] = (seal.c.state == "dead") & ~SETTLED
"""Given up, and nobody has said yet what came of it."""
TRYING: ColumnElement[bool] = seal.c.state.in_([OPEN, "unknown"]) & (seal.c.tries > 0)
KINDS: Final = {"dead": DEAD, "trying": TRYING}

_LATER = seal.alias("later")


def key_of(seal_id: int, tries: int) -> str:
    """The key of the task that a letter raises when it is given up after so many tries."""
    return f"mail:{seal_id}:{tries}"


class Undelivered(NamedTuple):
    """A letter and whom it is about. `overtaken`: what holds now was told by a later one, or goes to another
    address; `kept`: its bytes are still there to be sent."""

    message_id: str
    recipient: str
    subject: str
    fault: str
    tries: int
    stamped_at: datetime
    next_at: datetime
    patient: str
    patient_public_id: str
    phone: str | None
    email: str | None
    email_state: str
    visit: str | None
    overtaken: bool
    kept: bool


def _overtaken() -> ColumnElement[bool]:
    """A later letter about the same went to the same reader, and sending this one would take its word back; or he has
    another address by now, and what is owed goes there."""
    later = exists(
        select(_LATER.c.id).where(
            _LATER.c.uid == seal.c.uid,
            _LATER.c.recipient == seal.c.recipient,
            _LATER.c.id > seal.c.id,
            _LATER.c.state != "superseded",
        )
    )
    address, phone = func.coalesce(patient.c.email, ""), func.coalesce(patient.c.phone, "")
    return or_(later, seal.c.recipient.not_in([address, phone]))


def _lines() -> Select[Any]:
    return (
        select(
            seal.c.message_id,
            seal.c.recipient,
            seal.c.subject,
            seal.c.fault,
            seal.c.tries,
            seal.c.stamped_at,
            seal.c.next_at,
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            patient.c.public_id.label("patient_public_id"),
            patient.c.phone,
            patient.c.email,
            patient.c.email_state,
            appointment.c.public_id.label("visit"),
            _overtaken().label("overtaken"),
            (seal.c.payload != b"").label("kept"),
        )
        .join(obligation, obligation.c.id == seal.c.obligation_id)
        .join(patient, patient.c.id == obligation.c.patient_id)
        .outerjoin(appointment, appointment.c.id == obligation.c.appointment_id)
    )


def listed(connection: Connection, kind: str, *, most: int, skip: int) -> tuple[Undelivered, ...]:
    """Those of one of `KINDS`, the oldest first."""
    query = _lines().where(KINDS[kind]).order_by(seal.c.stamped_at, seal.c.id).limit(most).offset(skip)
    return tuple(Undelivered(*row) for row in connection.execute(query))


def count(connection: Connection, kind: str) -> int:
    """How many of one of `KINDS` there are."""
    return int(connection.execute(select(func.count()).select_from(seal).where(KINDS[kind])).scalar_one())


class Given(NamedTuple):
    """A letter that was given up."""

    id: int
    tries: int
    recipient: str
    patient_id: int
    overtaken: bool
    kept: bool


def given_up(connection: Connection, mark: str) -> Given | None:
    """The letter whose Message-ID begins with the mark, locked, if it was given up."""
    query = (
        select(
            seal.c.id,
            seal.c.tries,
            seal.c.recipient,
            obligation.c.patient_id,
            _overtaken().label("overtaken"),
            (seal.c.payload != b"").label("kept"),
        )
        .join(obligation, obligation.c.id == seal.c.obligation_id)
        .join(patient, patient.c.id == obligation.c.patient_id)
        .where(seal.c.message_id.startswith(f"<{mark}@", autoescape=True), seal.c.state == "dead")
        .with_for_update(of=seal)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Given(*row)


def requeue(connection: Connection, given: Given, *, by: str, now: datetime) -> None:
    """One more try, at once: with the same bytes and the same Message-ID. The address counts as right until it proves
    wrong again, and the task about it is settled."""
    again = {"state": OPEN, "next_at": now, "fault": ""}
    dead = update(seal).where(seal.c.id == given.id, seal.c.state == "dead")
    connection.execute(dead.where(~seal.c.reached_data).values(**again))
    connection.execute(dead.where(seal.c.reached_data).values({**again, "state": "unknown"}))
    bad = update(patient).where(patient.c.id == given.patient_id, patient.c.email_state == "bad")
    connection.execute(bad.where(patient.c.email == given.recipient).values(email_state="unproven"))
    raised = update(task).where(task.c.key == key_of(given.id, given.tries), task.c.state == "open")
    connection.execute(raised.values(state="dropped", done_at=now, done_by=by))
