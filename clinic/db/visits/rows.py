"""Between a visit and its rows."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from clinic.db.tables.courses import plan_session
from clinic.db.tables.visits import appointment, segment
from clinic.db.targets import targets_from
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import Kind, Status, Stretch, Visit


def _stretch(row: Mapping[str, Any]) -> Stretch:
    return Stretch(
        row["seg_starts"],
        row["seg_ends"],
        row["staff_id"],
        row["room_id"],
        tuple(Modality(name) for name in row["modalities"]),
        row["setup_ticks"],
        row["cleanup_ticks"],
    )


def _visit(rows: Sequence[Mapping[str, Any]]) -> Visit:
    head = rows[0]
    return Visit(
        head["id"],
        head["public_id"],
        head["version"],
        head["patient_id"],
        head["location_id"],
        head["session_id"],
        head["plan_id"],
        Kind(head["kind"]),
        Status(head["status"]),
        head["tz"],
        tuple(_stretch(row) for row in rows),
        targets_from(head["targets"]),
        head["uid"],
        head["sequence"],
        head["answer"],
    )


def visits_where(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Visit, ...]:
    """The visits that meet every condition on `appointment` or `plan_session`, by start, then id. One statement."""
    query = (
        select(
            appointment.c.id,
            appointment.c.public_id,
            appointment.c.version,
            appointment.c.patient_id,
            appointment.c.location_id,
            appointment.c.session_id,
            plan_session.c.plan_id,
            appointment.c.kind,
            appointment.c.status,
            appointment.c.tz,
            appointment.c.targets,
            appointment.c.uid,
            appointment.c.sequence,
            appointment.c.answer,
            segment.c.starts_tick.label("seg_starts"),
            segment.c.ends_tick.label("seg_ends"),
            segment.c.staff_id,
            segment.c.room_id,
            segment.c.modalities,
            segment.c.setup_ticks,
            segment.c.cleanup_ticks,
        )
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .where(*conditions)
        .order_by(appointment.c.starts_tick, appointment.c.id, segment.c.ordinal)
    )
    rows: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(query).mappings()]
    return tuple(_visit(list(group)) for _, group in groupby(rows, key=lambda row: row["id"]))
