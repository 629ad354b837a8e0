"""Who waits, for what, and what would suit him."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from clinic.db.access.places import within
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location
from clinic.db.tables.visits import appointment
from clinic.db.tables.waiting import waiting
from clinic.db.targets import targets_from
from clinic.db.types import stored
from clinic.domain.access.actors import Places
from clinic.domain.errors import NotFound
from clinic.domain.messages.reach import Reach, reach
from clinic.domain.practice.body import Target
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.time import local_date, zone
from clinic.domain.visits.visit import AWAITED
from clinic.domain.visits.waiting import State, Suits, Urgency


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry. `patient`, `location` and `visit` are public ids; `visit` is the later one that he has meanwhile, with
    its start in ticks and how it stands; without one he waits for a visit of the kind `single`."""

    id: int
    public_id: str
    version: int
    patient_id: int
    patient: str
    name: str
    born_on: date
    phone: str
    location_id: int
    location: str
    tz: str
    visit: str | None
    visit_starts: int | None
    visit_status: str | None
    single: str
    targets: tuple[Target, ...]
    suits: Suits
    state: State
    since: datetime
    reach: Reach


_COPIED = ("id", "public_id", "version", "patient_id", "location_id", "single", "since")
_SUITS = ("targets", "staff", "windows", "urgency", "notice_hours", "first_on", "last_on", "note", "state")
_CONTACT = ("channel", "invites", "email", "email_state", "phone")
_ENTRIES = (
    select(
        *(waiting.c[name] for name in (*_COPIED, *_SUITS)),
        *(patient.c[name] for name in _CONTACT),
        patient.c.public_id.label("patient"),
        patient.c.family_name,
        patient.c.given_names,
        patient.c.birth_on,
        location.c.public_id.label("location"),
        location.c.tz,
        appointment.c.public_id.label("visit"),
        appointment.c.starts_tick,
        appointment.c.status,
    )
    .join(patient, patient.c.id == waiting.c.patient_id)
    .join(location, location.c.id == waiting.c.location_id)
    .outerjoin(appointment, appointment.c.id == waiting.c.appointment_id)
    .order_by(waiting.c.id)
)


def open_at(connection: Connection, places: Places = None) -> tuple[Waiting, ...]:
    """Who waits there, in the order in which they were listed; the dead do not."""
    return _read(connection, *_alive(), within(waiting.c.location_id, places))


def suited(connection: Connection, location_id: int, on: date, ends: int) -> tuple[Waiting, ...]:
    """Who waits there for a visit on that day, as far as days go; who has a later visit only where it still stands and
    does not begin before tick `ends`. The dead do not wait."""
    stands = appointment.c.status.in_(stored(AWAITED))
    return _read(
        connection,
        *_alive(),
        waiting.c.location_id == location_id,
        waiting.c.first_on <= on,
        or_(waiting.c.last_on.is_(None), waiting.c.last_on >= on),
        or_(waiting.c.appointment_id.is_(None), and_(stands, appointment.c.starts_tick >= ends)),
    )


def _alive() -> tuple[ColumnElement[bool], ...]:
    return waiting.c.state == "open", patient.c.deceased.is_(False), patient.c.restricted_at.is_(None)


def entry(connection: Connection, public_id: str) -> Waiting:
    """The entry with that public id. Raises NotFound."""
    found = _read(connection, waiting.c.public_id == public_id)
    if not found:
        raise NotFound("waiting")
    return found[0]


def of_key(connection: Connection, id_: int) -> Waiting:
    """The entry with that key."""
    return _read(connection, waiting.c.id == id_)[0]


def of_visit(connection: Connection, visit: str) -> Waiting | None:
    """The open entry that waits for a sooner time of this visit."""
    found = _read(connection, waiting.c.state == "open", appointment.c.public_id == visit)
    return found[0] if found else None


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Waiting, ...]:
    rows = connection.execute(_ENTRIES.where(*conditions)).mappings()
    return tuple(_entry(row) for row in rows)


def _entry(row: Mapping[Any, Any]) -> Waiting:
    contact = {name: row[name] for name in _CONTACT}
    return Waiting(
        **{name: row[name] for name in (*_COPIED, "patient", "location", "tz", "visit")},
        name=f"{row['given_names']} {row['family_name']}".strip(),
        born_on=row["birth_on"],
        phone=row["phone"] or "",
        visit_starts=row["starts_tick"],
        visit_status=row["status"],
        targets=targets_from(row["targets"]),
        suits=_suits(row),
        state=State(row["state"]),
        reach=reach(contact.pop("channel"), contact.pop("invites"), **contact),
    )


def _suits(row: Mapping[Any, Any]) -> Suits:
    return Suits(
        urgency=Urgency(row["urgency"]),
        staff=tuple(row["staff"]),
        windows=tuple(WeeklyHours(*each) for each in row["windows"]),
        **{name: row[name] for name in ("notice_hours", "first_on", "last_on", "note")},
    )


def suits_row(suits: Suits) -> dict[str, Any]:
    """The columns that say what suits."""
    return {
        "staff": list(suits.staff),
        "windows": [[each.weekday, each.starts_minute, each.ends_minute] for each in suits.windows],
        "urgency": suits.urgency.value,
        "notice_hours": suits.notice_hours,
        "first_on": suits.first_on,
        "last_on": suits.last_on,
        "note": suits.note,
    }


def over(entries: Iterable[Waiting], now: datetime) -> Sequence[Waiting]:
    """Those whose last day has gone by, or whose later visit has begun or is gone: somebody takes them off the list."""
    return [each for each in entries if _over(each, now)]


def _over(each: Waiting, now: datetime) -> bool:
    last_on = each.suits.last_on
    past = last_on is not None and last_on < local_date(now, zone(each.tz))
    return past or (each.visit is not None and each.visit_status not in ("pencilled", "booked", "confirmed"))
