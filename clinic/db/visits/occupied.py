"""Filling calendars with visits that need nothing judged: the busy times of a problem, laid into a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from clinic.db.tables.practice import resource, room, staff
from clinic.db.tables.visits import appointment, claim, segment
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of


class Busy(NamedTuple):
    """One range of ticks in which somebody on the staff or a room, by code, is taken by a patient's visit."""

    public_id: str
    uid: str
    patient_id: int
    code: str
    starts: int
    ends: int


def occupy(connection: Connection, location_id: int, tz: ZoneInfo, busy: Sequence[Busy], *, now: datetime) -> None:
    """Write a booked visit for each, with the claims of its patient and of whom it takes; one statement a table.

    Only for measuring: the safety rules are not asked, nobody is told. Raises what the guard raises on overlaps.
    """
    if not busy:
        return
    owners = _owners(connection, {one.code for one in busy})
    patients = _lanes(connection, "patient", {one.patient_id for one in busy})
    visits = [_visit(one, location_id, tz, now) for one in busy]
    added = insert(appointment).returning(appointment.c.id, sort_by_parameter_order=True)
    keys = connection.execute(added, visits).scalars().all()
    rows = [_segment(key, one, owners[one.code][0]) for key, one in zip(keys, busy, strict=True)]
    parts = insert(segment).returning(segment.c.id, sort_by_parameter_order=True)
    segments = connection.execute(parts, rows).scalars().all()
    connection.execute(
        insert(claim),
        [
            {"resource_id": lane, "starts": one.starts, "ends": one.ends, "segment_id": key, "active": True}
            for key, one in zip(segments, busy, strict=True)
            for lane in (owners[one.code][1], patients[one.patient_id])
        ],
    )


def _owners(connection: Connection, codes: set[str]) -> dict[str, tuple[dict[str, int | None], int]]:
    """For each code the columns of a segment that name its owner, and its first lane."""
    found: dict[str, tuple[dict[str, int | None], int]] = {}
    for kind, table in (("staff", staff), ("room", room)):
        keys = {row.code: row.id for row in connection.execute(select(table.c.code, table.c.id)) if row.code in codes}
        lanes = _lanes(connection, kind, set(keys.values()))
        nobody: dict[str, int | None] = {"staff_id": None, "room_id": None}
        found |= {code: (nobody | {f"{kind}_id": key}, lanes[key]) for code, key in keys.items()}
    return found


def _lanes(connection: Connection, kind: str, owners: set[int]) -> dict[int, int]:
    query = select(resource.c.owner_id, resource.c.id).where(
        resource.c.kind == kind, resource.c.lane == 0, resource.c.overbook.is_(False), resource.c.owner_id.in_(owners)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _visit(one: Busy, location_id: int, tz: ZoneInfo, now: datetime) -> dict[str, Any]:
    local = instant_of(one.starts).astimezone(tz)
    return {
        "public_id": one.public_id,
        "uid": one.uid,
        "patient_id": one.patient_id,
        "location_id": location_id,
        "session_id": None,
        "kind": "single",
        "status": "booked",
        "starts_tick": one.starts,
        "ends_tick": one.ends,
        "tz": tz.key,
        "wall": local.strftime("%Y-%m-%dT%H:%M"),
        "fold": local.fold,
        "tzdata": "",
        "needles": False,
        "targets": [],
        "created_at": now,
        "revised_at": now,
    }


def _segment(key: int, one: Busy, owner: dict[str, int | None]) -> dict[str, Any]:
    return {
        "appointment_id": key,
        "ordinal": 0,
        **owner,
        "starts_tick": one.starts,
        "ends_tick": one.ends,
        "modalities": [Modality.EDUCATION.value],
    }
