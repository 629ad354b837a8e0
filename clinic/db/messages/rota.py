"""What the feeds of therapists, rooms and locations show, as flat values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, String, func, select

from clinic.db.tables.patients import patient
from clinic.db.tables.practice import absence, location, room, staff
from clinic.db.tables.visits import appointment, segment
from clinic.db.types import stored
from clinic.domain.visits.visit import SHOWN, Status

_TAKES_TIME = stored(SHOWN | {Status.PENCILLED})


@dataclass(frozen=True, slots=True)
class Duty:
    """A visit, or the stretch of it that one therapist or one room has; ticks. `setup` and `cleanup` hold the room
    before and after, `rooms` and `therapists` (by initials) come in the order in which they serve."""

    public_id: str
    uid: str
    sequence: int
    status: Status
    starts: int
    ends: int
    setup: int
    cleanup: int
    tz: str
    created_at: datetime
    revised_at: datetime
    rooms: tuple[str, ...]
    therapists: tuple[str, ...]
    patient: str
    patient_initials: str


def _first(name: ColumnElement[str]) -> ColumnElement[str]:
    """Its first letter."""
    return func.substr(name, 1, 1, type_=String)


def _duties(connection: Connection, mine: ColumnElement[bool], since: int, until: int) -> tuple[Duty, ...]:
    """The visits that begin in [since, until) as far as their segments are `mine`, pencilled ones too."""
    query = (
        select(
            appointment.c.id,
            appointment.c.public_id,
            appointment.c.uid,
            appointment.c.sequence,
            appointment.c.status,
            appointment.c.tz,
            appointment.c.created_at,
            appointment.c.revised_at,
            segment.c.starts_tick.label("starts"),
            segment.c.ends_tick.label("ends"),
            segment.c.setup_ticks.label("setup"),
            segment.c.cleanup_ticks.label("cleanup"),
            room.c.name.label("room"),
            staff.c.initials.label("therapist"),
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            (_first(patient.c.given_names) + _first(patient.c.family_name)).label("patient_initials"),
        )
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .join(patient, patient.c.id == appointment.c.patient_id)
        .outerjoin(room, room.c.id == segment.c.room_id)
        .outerjoin(staff, staff.c.id == segment.c.staff_id)
        .where(
            mine,
            appointment.c.starts_tick >= since,
            appointment.c.starts_tick < until,
            appointment.c.status.in_(_TAKES_TIME),
        )
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )
    rows = connection.execute(query).mappings().all()
    return tuple(_duty(list(group)) for _, group in groupby(rows, key=itemgetter("id")))


def _duty(rows: Sequence[Any]) -> Duty:
    head, last = rows[0], rows[-1]
    copied = ("public_id", "uid", "sequence", "starts", "setup", "tz", "created_at", "revised_at", "patient_initials")
    return Duty(
        **{name: head[name] for name in copied},
        status=Status(head["status"]),
        ends=last["ends"],
        cleanup=last["cleanup"],
        rooms=tuple(dict.fromkeys(row["room"] for row in rows if row["room"])),
        therapists=tuple(dict.fromkeys(row["therapist"] for row in rows if row["therapist"])),
        patient=head["patient"].strip(),
    )


def of_staff(connection: Connection, staff_id: int, *, since: int, until: int) -> tuple[Duty, ...]:
    """The therapist's own stretches."""
    return _duties(connection, segment.c.staff_id == staff_id, since, until)


def of_room(connection: Connection, room_id: int, *, since: int, until: int) -> tuple[Duty, ...]:
    """What takes place in the room."""
    return _duties(connection, segment.c.room_id == room_id, since, until)


def of_location(connection: Connection, location_id: int, *, since: int, until: int) -> tuple[Duty, ...]:
    """What takes place at the location, in all its rooms."""
    return _duties(connection, appointment.c.location_id == location_id, since, until)


class Place(NamedTuple):
    """What a room or a location is called, and its zone."""

    name: str
    tz: str


def room_place(connection: Connection, room_id: int) -> Place:
    """The room with that key."""
    query = select(room.c.name, location.c.tz).join(location, location.c.id == room.c.location_id)
    return Place(*connection.execute(query.where(room.c.id == room_id)).one())


def location_place(connection: Connection, location_id: int) -> Place:
    """The location with that key."""
    query = select(location.c.name, location.c.tz).where(location.c.id == location_id)
    return Place(*connection.execute(query).one())


@dataclass(frozen=True, slots=True)
class Away:
    """An absence."""

    public_id: str
    starts_at: datetime
    ends_at: datetime


def absences(connection: Connection, staff_id: int, *, since: datetime, until: datetime) -> tuple[Away, ...]:
    """The therapist's absences that touch [since, until)."""
    query = select(absence.c.public_id, absence.c.starts_at, absence.c.ends_at).where(
        absence.c.staff_id == staff_id, absence.c.ends_at > since, absence.c.starts_at < until
    )
    return tuple(Away(*row) for row in connection.execute(query.order_by(absence.c.starts_at, absence.c.id)))
