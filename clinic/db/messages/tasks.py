"""What somebody at the desk has to do: raised once for the same thing, taken, done or dropped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select, text, update

from clinic.db.access.places import within
from clinic.db.tables.access import account
from clinic.db.tables.messages import task
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.types import Document, Instant
from clinic.domain.access.actors import Places

_PUT = text(
    """
    INSERT INTO task (public_id, kind, key, patient_id, appointment_id, detail, note, state, created_at)
    VALUES (:public_id, :kind, :key, :patient_id, :appointment_id, :detail, '', 'open', :created_at)
    ON CONFLICT (key) DO NOTHING
    """
).bindparams(bindparam("detail", type_=Document), bindparam("created_at", type_=Instant()))


def put(
    connection: Connection,
    kind: str,
    key: str,
    *,
    patient_id: int | None = None,
    appointment_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    public_id: str,
    now: datetime,
) -> bool:
    """Raise a task; False when that key raised one before, whatever became of it. `key`: at most 160 characters that
    name what happened, such as `declined:uid:sequence`. `detail` holds ids and codes, no health text."""
    values: dict[str, Any] = {"public_id": public_id, "kind": kind, "key": key, "created_at": now}
    values |= {"patient_id": patient_id, "appointment_id": appointment_id, "detail": dict(detail or {})}
    return connection.execute(_PUT, values).rowcount == 1


def waits(connection: Connection, kind: str, patient_id: int) -> bool:
    """Whether a task of the kind about this patient is open and nobody has taken it."""
    about = select(task.c.id).where(task.c.kind == kind, task.c.patient_id == patient_id)
    return connection.execute(about.where(task.c.state == "open", task.c.owner_id.is_(None))).first() is not None


def drop_about(connection: Connection, appointment_id: int, kinds: Collection[str], now: datetime) -> int:
    """Nothing of these kinds is left to do about a visit; how many tasks were open."""
    return drop_about_all(connection, [appointment_id], kinds, now)


def drop_about_all(connection: Connection, visits: Collection[int], kinds: Collection[str], now: datetime) -> int:
    """The same about each of several visits, by key."""
    if not visits:
        return 0
    about = update(task).where(task.c.appointment_id.in_(visits), task.c.kind.in_(kinds), task.c.state == "open")
    return connection.execute(about.values(state="dropped", done_at=now)).rowcount


def drop(connection: Connection, key: str, now: datetime) -> None:
    """Nothing is left to do about the task with that key, if it is open."""
    about = update(task).where(task.c.key == key, task.c.state == "open")
    connection.execute(about.values(state="dropped", done_at=now))


class Task(NamedTuple):
    """A task that is acted on."""

    id: int
    state: str
    patient_id: int | None


def find(connection: Connection, public_id: str) -> Task | None:
    """The task of that name, locked until the end of the transaction."""
    query = select(task.c.id, task.c.state, task.c.patient_id).where(task.c.public_id == public_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    return None if row is None else Task(*row)


def take(connection: Connection, id_: int, account_public_id: str | None) -> None:
    """Somebody does it, or nobody again."""
    owner = select(account.c.id).where(account.c.public_id == account_public_id).scalar_subquery()
    connection.execute(update(task).where(task.c.id == id_).values(owner_id=owner if account_public_id else None))


def finish(connection: Connection, id_: int, *, note: str, by: str, now: datetime) -> None:
    """It is done, and what came of it."""
    done = {"state": "done", "note": note, "done_at": now, "done_by": by}
    connection.execute(update(task).where(task.c.id == id_).values(**done))


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the list shows it; ticks. `answer` and `status` are the visit's as it is now."""

    public_id: str
    kind: str
    state: str
    detail: Mapping[str, Any]
    note: str
    created_at: datetime
    done_at: datetime | None
    owner: str | None
    owner_public_id: str | None
    patient: str | None
    patient_public_id: str | None
    phone: str | None
    visit: str | None
    status: str | None
    answer: str | None
    starts: int | None
    tz: str | None


def _lines() -> Select[Any]:
    return (
        select(
            task.c.public_id,
            task.c.kind,
            task.c.state,
            task.c.detail,
            task.c.note,
            task.c.created_at,
            task.c.done_at,
            account.c.name.label("owner"),
            account.c.public_id.label("owner_public_id"),
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            patient.c.public_id.label("patient_public_id"),
            patient.c.phone,
            appointment.c.public_id.label("visit"),
            appointment.c.status,
            appointment.c.answer,
            appointment.c.starts_tick.label("starts"),
            appointment.c.tz,
        )
        .outerjoin(account, account.c.id == task.c.owner_id)
        .outerjoin(patient, patient.c.id == task.c.patient_id)
        .outerjoin(appointment, appointment.c.id == task.c.appointment_id)
    )


def listed(connection: Connection, *, done: bool, most: int, skip: int, places: Places = None) -> tuple[TaskLine, ...]:
    """What is open, oldest first; or what no longer is, latest first. Of visits at these places, and of no visit."""
    query = _lines().where(task.c.state != "open" if done else task.c.state == "open", _at(places))
    order = (task.c.done_at.desc(), task.c.id.desc()) if done else (task.c.created_at, task.c.id)
    rows = connection.execute(query.order_by(*order).limit(most).offset(skip)).mappings()
    return tuple(TaskLine(**row) for row in rows)


def of_visit(connection: Connection, visit: str) -> tuple[TaskLine, ...]:
    """What is open about a visit, by its public id; oldest first."""
    query = _lines().where(task.c.state == "open", appointment.c.public_id == visit)
    rows = connection.execute(query.order_by(task.c.created_at, task.c.id)).mappings()
    return tuple(TaskLine(**row) for row in rows)


def of_kind(connection: Connection, visit: str, kind: str) -> TaskLine | None:
    """The latest task of that kind about a visit that is open or done."""
    about = _lines().where(appointment.c.public_id == visit, task.c.kind == kind, task.c.state != "dropped")
    row = connection.execute(about.order_by(task.c.id.desc()).limit(1)).mappings().first()
    return None if row is None else TaskLine(**row)


def count(connection: Connection, *, done: bool = False, places: Places = None) -> int:
    """How many are open, or no longer are."""
    query = select(func.count()).where(task.c.state != "open" if done else task.c.state == "open")
    if places is not None:
        query = query.outerjoin_from(task, appointment, appointment.c.id == task.c.appointment_id).where(_at(places))
    return int(connection.execute(query).scalar_one())


def _at(places: Places) -> ColumnElement[bool]:
    return or_(task.c.appointment_id.is_(None), within(appointment.c.location_id, places))
