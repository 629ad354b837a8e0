"""Letters on their way from being owed to being sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select, update

from clinic.db.messages import obligations
from clinic.db.messages.obligations import ARRIVED, UNSETTLED
from clinic.db.tables.messages import obligation, seal, visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice, resource
from clinic.db.tables.visits import appointment
from clinic.domain.messages.telling import Shown
from clinic.domain.visits.visit import Status

OPEN = "sealed"
"""Sealed, and no byte of it has left the house: it may still be superseded."""
PAUSED: ColumnElement[bool] = exists(select(practice.c.id).where(practice.c.outbox_paused))
SILENT: ColumnElement[bool] = or_(patient.c.deceased, patient.c.restricted_at.is_not(None))
"""Nothing leaves for somebody who has died, or whose record is restricted: not even that a visit is off."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a letter about a visit is made of: equal facts make the same letter but for stamp and link.

    `organizer` is who the recipient's letters under this UID came from so far: programs ignore an update from another.
    `address` is where letters to the patient go now, `silent` whether none may leave for him, `told` what the recipient
    was last told, `waiting` the seal that has not left yet, `stamped_at` the last stamp under this UID, `letters` how
    many seals the recipient has of it.
    """

    id: int
    uid: str
    recipient: str
    due_at: datetime
    patient_id: int
    appointment_id: int
    status: Status
    sequence: int
    starts: int
    ends: int
    tz: str
    wall: str
    created_at: datetime
    revised_at: datetime
    disclosure: int
    show_address: bool
    language: str
    own_tz: str | None
    silent: bool
    address: str | None
    place: str
    phone: str
    practice: str
    neutral_name: str
    sender: str
    organizer: str
    told: Shown | None
    waiting: tuple[int, Shown] | None
    stamped_at: datetime | None
    letters: int
    resources: tuple[int, ...]


class Due(NamedTuple):
    """What is to be sealed."""

    id: int
    kind: str


def due(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """The obligations whose time has come, longest due first, words before what calendars read; none while the outbox
    is paused, none behind a letter to the same reader about the same visit whose fate is open."""
    behind = exists(
        select(seal.c.id).where(
            seal.c.uid == obligation.c.uid,
            or_(seal.c.recipient == obligation.c.recipient, obligation.c.recipient == ""),
            seal.c.state.in_(UNSETTLED),
        )
    )
    query = (
        select(obligation.c.id, obligation.c.kind)
        .where(
            obligation.c.state == "owed",
            obligation.c.due_at <= now,
            ~behind,
            ~PAUSED,
        )
        .order_by(obligation.c.due_at, obligation.c.kind == "visit", obligation.c.id)
        .limit(limit)
    )
    return [Due(*row) for row in connection.execute(query)]


def unwanted(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The seals that have not left yet and must not, or that come too late to be of use, oldest first."""
    query = select(seal.c.id).join(obligation, obligation.c.id == seal.c.obligation_id)
    query = query.join(patient, patient.c.id == obligation.c.patient_id)
    query = query.where(seal.c.state == OPEN, or_(SILENT, seal.c.expires_at <= now))
    return list(connection.execute(query.order_by(seal.c.id).limit(limit)).scalars())


def facts(connection: Connection, obligation_id: int) -> Facts | None:
    """The facts of a letter that is owed; None when it no longer is, must wait, or the outbox is paused."""
    row = connection.execute(_FACTS.where(obligation.c.id == obligation_id)).mappings().one_or_none()
    if row is None:
        return None
    history = _history(connection, row["uid"], row["recipient"])
    if any(past.state in UNSETTLED for past in history):
        return None
    told = next((past.shown for past in history if past.arrived and past.state != OPEN), None)
    waiting = next(((past.id, Shown(**past.shown)) for past in history if past.state == OPEN), None)
    resources = select(resource.c.id).where(resource.c.kind == "patient", resource.c.owner_id == row["patient_id"])
    return Facts(
        **{**row, "status": Status(row["status"])},
        address=obligations.address(connection, row["patient_id"]),
        told=None if told is None else Shown(**told),
        organizer=next((past.sender for past in history if past.arrived), ""),
        waiting=waiting,
        stamped_at=connection.execute(select(func.max(seal.c.stamped_at)).where(seal.c.uid == row["uid"])).scalar(),
        letters=len(history),
        resources=tuple(connection.execute(resources.order_by(resource.c.id)).scalars()),
    )


_FACTS = (
    select(
        obligation.c.id,
        obligation.c.uid,
        obligation.c.recipient,
        obligation.c.due_at,
        obligation.c.patient_id,
        obligation.c.appointment_id,
        appointment.c.status,
        appointment.c.sequence,
        appointment.c.starts_tick.label("starts"),
        appointment.c.ends_tick.label("ends"),
        appointment.c.tz,
        appointment.c.wall,
        appointment.c.created_at,
        appointment.c.revised_at,
        patient.c.disclosure,
        patient.c.show_address,
        patient.c.language,
        patient.c.tz.label("own_tz"),
        SILENT.label("silent"),
        location.c.address.label("place"),
        location.c.phone,
        practice.c.name.label("practice"),
        practice.c.neutral_name,
        practice.c.sender,
    )
    .join(appointment, appointment.c.id == obligation.c.appointment_id)
    .join(patient, patient.c.id == obligation.c.patient_id)
    .join(location, location.c.id == appointment.c.location_id)
    .join(practice, practice.c.id == 1)
    .where(obligation.c.state == "owed", practice.c.outbox_paused.is_(False))
)


def _history(connection: Connection, uid: str, recipient: str) -> Any:
    """The reader's seals about the visit, newest first."""
    query = select(seal.c.id, seal.c.state, seal.c.shown, seal.c.sender, ARRIVED.label("arrived"))
    query = query.where(seal.c.uid == uid, seal.c.recipient == recipient).order_by(seal.c.id.desc())
    return connection.execute(query).all()


def claim(connection: Connection, obligation_id: int) -> None:
    """Lock what is owed before its facts are read again: a change that comes later owes a new letter, one that came
    before shows in the facts."""
    connection.execute(select(obligation.c.id).where(obligation.c.id == obligation_id).with_for_update()).all()


def settle(connection: Connection, obligation_id: int, state: str) -> None:
    """The obligation was dropped, or is sealed."""
    connection.execute(update(obligation).where(obligation.c.id == obligation_id).values(state=state))


def postpone(connection: Connection, obligation_id: int, due_at: datetime) -> None:
    """What cannot be written now is tried again then."""
    connection.execute(update(obligation).where(obligation.c.id == obligation_id).values(due_at=due_at))


def supersede(connection: Connection, seal_id: int) -> bool:
    """Withdraw a seal that never left; False when it is on its way by now."""
    changed = connection.execute(
        update(seal).where(seal.c.id == seal_id, seal.c.state == OPEN).values(state="superseded")
    )
    return changed.rowcount == 1


def add(connection: Connection, obligation_id: int, values: Mapping[str, Any]) -> None:
    """Keep a sealed letter; it may leave at once."""
    row = {
        **values,
        "obligation_id": obligation_id,
        "state": OPEN,
        "reached_data": False,
        "next_at": values["stamped_at"],
    }
    connection.execute(insert(seal).values(row))


def add_link(
    connection: Connection, appointment_id: int, token_hash: str, *, now: datetime, expires_at: datetime
) -> None:
    """Keep the hash of a visit link's token."""
    connection.execute(
        insert(visit_link).values(
            appointment_id=appointment_id, token_hash=token_hash, created_at=now, expires_at=expires_at
        )
    )
