"""Looks for what the guards should have made impossible, without using them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, text

from clinic.db import schema
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment, claim, segment
from clinic.db.types import stored
from clinic.db.visits import claims
from clinic.domain.errors import Invalid
from clinic.domain.visits.visit import GIVEN_UP, GONE

_GONE = stored(GONE)
SHOWN = 10
"""So many keys of what is wrong are told; the count says how many there are."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, how often, and what its sentence needs: the keys of the first few rows, or what else is known."""

    code: str
    count: int
    detail: Mapping[str, object] = field(default_factory=dict)


def faults(connection: Connection) -> tuple[Fault, ...]:
    """Everything that is wrong; empty for a sound database. A schema of another version is told alone."""
    found = []
    try:
        schema.refuse_unready_state(connection)
    except Invalid as error:
        found.append(Fault(error.code, 1, error.params))
        if error.code != "guard_missing":
            return tuple(found)
    found += _damaged(connection)
    found.append(_told("claims_overlap", [row[1] for row in claims.overlaps(connection)]))
    found += [_told(code, connection.execute(query).scalars().all()) for code, query in _queries()]
    return tuple(fault for fault in found if fault.count)


def _told(code: str, keys: Sequence[int]) -> Fault:
    return Fault(code, len(keys), {"keys": ", ".join(str(key) for key in keys[:SHOWN])})


def _damaged(connection: Connection) -> Iterator[Fault]:
    """SQLite alone can lose its pages or its references without a word."""
    if connection.dialect.name == "sqlite":
        told = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        yield Fault("database_damaged", len(told), {"keys": ", ".join(told[:SHOWN])})
        lost = connection.execute(text("PRAGMA foreign_key_check")).all()
        yield Fault("foreign_key_check", len(lost))


def _queries() -> Iterator[tuple[str, Select[int]]]:
    """Keys of the rows that are wrong, by what is wrong with them."""
    patient = and_(resource.c.kind == "patient", resource.c.owner_id == appointment.c.patient_id)
    staff = and_(resource.c.kind == "staff", resource.c.owner_id == segment.c.staff_id)
    room = and_(resource.c.kind == "room", resource.c.owner_id == segment.c.room_id)
    yield "patient_unheld", _unheld(patient, after=_wait())
    yield "staff_unheld", _unheld(staff).where(segment.c.staff_id.is_not(None))
    before, after = segment.c.setup_ticks, segment.c.cleanup_ticks
    yield "room_unheld", _unheld(room, before, after).where(segment.c.room_id.is_not(None))
    yield (
        "held_for_nobody",
        (
            select(claim.c.id)
            .join(segment, segment.c.id == claim.c.segment_id)
            .join(appointment, appointment.c.id == segment.c.appointment_id)
            .where(claim.c.active, appointment.c.status.in_(stored(GIVEN_UP)))
        ),
    )
    yield (
        "session_twice",
        (
            select(func.min(appointment.c.id))
            .where(appointment.c.session_id.is_not(None), appointment.c.status.not_in(_GONE))
            .group_by(appointment.c.session_id)
            .having(func.count() > 1)
        ),
    )
    yield (
        "visit_outside_itself",
        (
            select(segment.c.id)
            .join(appointment, appointment.c.id == segment.c.appointment_id)
            .where(
                or_(segment.c.starts_tick < appointment.c.starts_tick, segment.c.ends_tick > appointment.c.ends_tick),
            )
        ),
    )


def _wait() -> ColumnElement[int]:
    """From the end of a segment to the start of the next of its visit: the patient is held meanwhile."""
    following = segment.alias("following")
    starts = select(following.c.starts_tick).where(
        following.c.appointment_id == segment.c.appointment_id, following.c.ordinal == segment.c.ordinal + 1
    )
    return func.coalesce(starts.correlate(segment).scalar_subquery() - segment.c.ends_tick, 0)


def _unheld(
    owner: ColumnElement[bool], before: ColumnElement[int] | int = 0, after: ColumnElement[int] | int = 0
) -> Select[int]:
    """Segments of live visits for which the owner's time is not held from start to end."""
    held = (
        exists()
        .where(claim.c.segment_id == segment.c.id, claim.c.active, resource.c.id == claim.c.resource_id, owner)
        .where(claim.c.starts <= segment.c.starts_tick - before, claim.c.ends >= segment.c.ends_tick + after)
    )
    return (
        select(segment.c.id)
        .join(appointment, appointment.c.id == segment.c.appointment_id)
        .where(appointment.c.status.not_in(_GONE), ~held.correlate(segment, appointment))
        .order_by(segment.c.id)
    )
