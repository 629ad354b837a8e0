"""Courses that were handed over: what the next therapist is told, and whether he has read it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from clinic.db.access.places import within
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan, plan_session, plan_target
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import staff
from clinic.db.tables.repairs import handover
from clinic.db.tables.visits import override
from clinic.domain.access.actors import Places
from clinic.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class Given:
    """A plan that changes hands: its version and lead, the patient's wishes, and what stands in its summary."""

    id: int
    public_id: str
    version: int
    lead: int | None
    preferences: Mapping[str, Any]
    title: str
    goals: str
    sessions: int
    targets: tuple[tuple[str, str, str], ...]
    overrides: tuple[tuple[str, str], ...]


def given(connection: Connection, plan_ids: Collection[int]) -> tuple[Given, ...]:
    """Each of these active plans, with what was decided against a rule: codes and reasons."""
    rows = connection.execute(select(plan).where(plan.c.id.in_(sorted(plan_ids)), plan.c.status == "active")).mappings()
    return tuple(_given(connection, dict(row)) for row in rows)


def _given(connection: Connection, row: dict[str, Any]) -> Given:
    places = select(plan_target.c.region, plan_target.c.side, plan_target.c.muscle)
    targets = connection.execute(places.where(plan_target.c.plan_id == row["id"]).order_by(plan_target.c.id)).all()
    said = select(override.c.code, override.c.reason).where(override.c.plan_id == row["id"]).order_by(override.c.id)
    counted = select(func.count()).select_from(plan_session)
    planned = counted.where(plan_session.c.plan_id == row["id"], plan_session.c.kind == "treatment")
    return Given(
        row["id"],
        row["public_id"],
        row["version"],
        row["lead_staff_id"],
        row["preferences"],
        row["title"],
        row["goals"],
        int(connection.execute(planned).scalar_one()),
        tuple((each.region, each.side, each.muscle) for each in targets),
        tuple((each.code, each.reason) for each in connection.execute(said)),
    )


def add(connection: Connection, **values: Any) -> int:
    """Insert one that nobody has read yet; its key."""
    return int(connection.execute(insert(handover).returning(handover.c.id), values).scalar_one())


def owner(connection: Connection, public_id: str) -> str | None:
    """The account, by public id, of the therapist who takes over; None where he has none. Raises NotFound."""
    query = (
        select(account.c.public_id)
        .select_from(handover)
        .join(staff, staff.c.id == handover.c.to_staff_id)
        .outerjoin(account, account.c.id == staff.c.account_id)
        .where(handover.c.public_id == public_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("handover")
    return None if row.public_id is None else str(row.public_id)


def acknowledge(connection: Connection, public_id: str, *, by: str, now: datetime) -> int | None:
    """Keep who has read it; its plan's key, None where somebody had before. Raises NotFound."""
    row = connection.execute(
        select(handover.c.plan_id, handover.c.acknowledged_at).where(handover.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("handover")
    changed = connection.execute(
        update(handover)
        .where(handover.c.public_id == public_id, handover.c.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by=by)
    )
    return int(row.plan_id) if changed.rowcount == 1 else None


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One that is waiting to be read; `account` is that of whoever takes over, None where he has none."""

    public_id: str
    summary: Mapping[str, Any]
    created_at: datetime
    to_public_id: str
    to: str
    account: str | None
    plan: str
    title: str
    patient: str
    patient_public_id: str
    born_on: date


def waiting(
    connection: Connection, therapist: str = "", *, account_id: str | None = None, places: Places = None
) -> tuple[HandoverLine, ...]:
    """What nobody has acknowledged yet, for one therapist (by public id) or for all, the oldest first. With an account
    only what it may read: its own, and what waits for somebody without one. Of courses at these places."""
    query = (
        select(
            handover.c.public_id,
            handover.c.summary,
            handover.c.created_at,
            staff.c.public_id.label("to_public_id"),
            staff.c.name.label("to"),
            account.c.public_id.label("account"),
            plan.c.public_id.label("plan"),
            plan.c.title,
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
            patient.c.public_id.label("patient_public_id"),
            patient.c.birth_on.label("born_on"),
        )
        .join(staff, staff.c.id == handover.c.to_staff_id)
        .outerjoin(account, account.c.id == staff.c.account_id)
        .join(plan, plan.c.id == handover.c.plan_id)
        .join(patient, patient.c.id == plan.c.patient_id)
        .where(handover.c.acknowledged_at.is_(None), within(plan.c.location_id, places))
        .order_by(handover.c.created_at, handover.c.id)
    )
    if therapist:
        query = query.where(staff.c.public_id == therapist)
    if account_id is not None:
        query = query.where(or_(account.c.id.is_(None), account.c.public_id == account_id))
    return tuple(HandoverLine(**row) for row in connection.execute(query).mappings())
