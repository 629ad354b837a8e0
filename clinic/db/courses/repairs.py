"""Repairs: loads and writes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from clinic.db.tables.courses import plan_session
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, room, staff
from clinic.db.tables.repairs import repair
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.courses.repair import Proposal, Status, proposal_from
from clinic.domain.courses.trouble import Trouble, trouble_from
from clinic.domain.errors import NotFound, Stale
from clinic.domain.visits.visit import GONE


@dataclass(frozen=True, slots=True)
class RepairRow:
    """A repair as it is stored."""

    id: int
    public_id: str
    trouble: Trouble
    status: Status
    objective: int
    bound: int
    seconds: int
    proposal: Proposal
    created_at: datetime
    actor: str
    version: int


def _row(row: Any) -> RepairRow:
    told = {"trouble": trouble_from(row["trouble"]), "proposal": proposal_from(row["proposal"])}
    return RepairRow(**{**row, **told, "status": Status(row["status"])})


def row(connection: Connection, public_id: str, *, lock: bool = False) -> RepairRow:
    """The repair with that public id; `lock`: nobody else changes it until the end. Raises NotFound."""
    query = select(repair).where(repair.c.public_id == public_id)
    found = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if found is None:
        raise NotFound("repair")
    return _row(found)


def of_key(connection: Connection, id_: int) -> RepairRow:
    """The repair with that key, which nobody else changes until the end."""
    query = select(repair).where(repair.c.id == id_).with_for_update()
    return _row(connection.execute(query).mappings().one())


def latest(connection: Connection, most: int) -> tuple[RepairRow, ...]:
    """The latest repairs, the last one first."""
    query = select(repair).order_by(repair.c.created_at.desc(), repair.c.id.desc()).limit(most)
    return tuple(_row(each) for each in connection.execute(query).mappings())


def add(connection: Connection, public_id: str, trouble: Trouble, *, actor: str, now: datetime, **values: Any) -> int:
    """Insert one; its key."""
    told = {"public_id": public_id, "trouble": trouble.document(), "actor": actor, "created_at": now}
    return int(connection.execute(insert(repair).returning(repair.c.id), {**told, **_values(values)}).scalar_one())


def revise(connection: Connection, known: RepairRow, **values: Any) -> RepairRow:
    """Change it, and raise its version. Raises Stale when somebody else did."""
    changed = connection.execute(
        update(repair)
        .where(repair.c.id == known.id, repair.c.version == known.version)
        .values(version=known.version + 1, **_values(values))
    )
    if changed.rowcount != 1:
        current = row(connection, known.public_id).version
        raise Stale("repair", seen=known.version, current=current)
    return row(connection, known.public_id)


def _values(values: dict[str, Any]) -> dict[str, Any]:
    told = {"proposal": values["proposal"].document()} if "proposal" in values else {}
    return {**values, **told}


def names(connection: Connection) -> dict[str, str]:
    """The names of everybody on the staff, every room and every location, by public id."""
    found: dict[str, str] = {}
    for table in (staff, room, location):
        found |= {row.public_id: row.name for row in connection.execute(select(table.c.public_id, table.c.name))}
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """What a line about a visit says of it: its zone, and whose it is."""

    tz: str
    status: str
    patient: str
    name: str
    born_on: date


def shown(connection: Connection, visits: Collection[str]) -> dict[str, Shown]:
    """Each of these visits, by public id. One statement."""
    query = (
        select(
            appointment.c.public_id,
            appointment.c.tz,
            appointment.c.status,
            patient.c.public_id,
            (patient.c.given_names + " " + patient.c.family_name),
            patient.c.birth_on,
        )
        .join(patient, patient.c.id == appointment.c.patient_id)
        .where(appointment.c.public_id.in_(sorted(visits)))
    )
    return {row[0]: Shown(*row[1:]) for row in connection.execute(query)}


def courses(connection: Connection, visits: Collection[str]) -> dict[int, dict[str, int]]:
    """The starts, in ticks, of all visits that stand in the courses of these, by the course's key. One statement."""
    mine = (
        select(plan_session.c.plan_id)
        .join(appointment, appointment.c.session_id == plan_session.c.id)
        .where(appointment.c.public_id.in_(sorted(visits)))
    )
    query = (
        select(plan_session.c.plan_id, appointment.c.public_id, appointment.c.starts_tick)
        .join(appointment, appointment.c.session_id == plan_session.c.id)
        .where(plan_session.c.plan_id.in_(mine), appointment.c.status.not_in(stored(GONE)))
    )
    found: dict[int, dict[str, int]] = {}
    for plan, visit, starts in connection.execute(query):
        found.setdefault(plan, {})[visit] = starts
    return found
