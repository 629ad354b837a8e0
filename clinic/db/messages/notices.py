"""Which visits are to be reminded of, followed by notes or asked about, and what was planned already."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, func, insert, select, update

from clinic.db.messages import followed
from clinic.db.messages.seals import SILENT
from clinic.db.tables.courses import plan_session
from clinic.db.tables.messages import obligation
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.care.checkin import LIVES
from clinic.domain.messages.notices import LONGEST_LEAD, Item, Watched, item_from
from clinic.domain.messages.reach import Channel, reach
from clinic.domain.time import tick_floor, zone
from clinic.domain.visits.visit import SHOWN, Status

_STANDS: Final = SHOWN - {Status.DONE}
_LONGEST_VISIT: Final = timedelta(hours=8)
_REMEMBERED: Final = timedelta(days=10)
"""Longer than any lead: what was planned before then has no bearing on what is due."""


def watched(connection: Connection, now: datetime) -> dict[int, list[Watched]]:
    """The visits of everybody who can be written to that may ask for a notice today, by patient, in order of start."""
    since, until = (
        tick_floor(now - LIVES - _LONGEST_VISIT),
        tick_floor(now + LONGEST_LEAD + timedelta(days=2)),
    )
    query = (
        select(
            appointment.c.id,
            appointment.c.patient_id,
            appointment.c.starts_tick,
            appointment.c.ends_tick,
            appointment.c.tz,
            appointment.c.status,
            appointment.c.revised_at,
            _FIRST.label("first"),
            func.coalesce(patient.c.reminder_hours, practice.c.reminder_hours).label("lead_hours"),
            patient.c.aftercare,
            patient.c.channel,
            patient.c.invites,
            patient.c.email,
            patient.c.email_state,
            patient.c.phone,
        )
        .join(patient, patient.c.id == appointment.c.patient_id)
        .join(practice, practice.c.id == 1)
        .outerjoin(plan_session, plan_session.c.id == appointment.c.session_id)
        .where(
            appointment.c.starts_tick.between(since, until),
            appointment.c.status.in_(stored(SHOWN)),
            ~SILENT,
        )
        .order_by(appointment.c.patient_id, appointment.c.starts_tick, appointment.c.id)
    )
    rows = [row for row in connection.execute(query) if _reached(row)]
    asked = followed.checks(connection, {row.patient_id for row in rows if row.status == Status.DONE.value})
    found = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(_watched(row, asked.get(row.id, ())))
    return dict(found)


_earlier, _of_plan = appointment.alias("earlier"), plan_session.alias("of_plan")
_FIRST = and_(
    plan_session.c.id.is_not(None),
    ~exists(
        select(_earlier.c.id)
        .join(_of_plan, _of_plan.c.id == _earlier.c.session_id)
        .where(
            _of_plan.c.plan_id == plan_session.c.plan_id,
            _earlier.c.status.in_(stored(SHOWN)),
            _earlier.c.starts_tick < appointment.c.starts_tick,
        )
        .correlate(appointment, plan_session)
    ),
)


def _reached(row: Any) -> bool:
    way = reach(row.channel, row.invites, email=row.email, email_state=row.email_state, phone=row.phone)
    return way.channel is not Channel.PAPER


def _watched(row: Any, checks: tuple[int, ...]) -> Watched:
    status = Status(row.status)
    return Watched(
        visit=row.id,
        patient_id=row.patient_id,
        starts=row.starts_tick,
        ends=row.ends_tick,
        tz=row.tz,
        stands=status in _STANDS,
        done=status is Status.DONE,
        first=bool(row.first),
        told_at=row.revised_at,
        lead_hours=row.lead_hours,
        aftercare=row.aftercare,
        checks=checks,
    )


def planned(
    connection: Connection, patients: Collection[int], now: datetime
) -> dict[int, tuple[set[Item], datetime | None]]:
    """What each of these patients was written of, or will be, and when the last of it was planned and not dropped."""
    query = (
        select(obligation.c.patient_id, obligation.c.state, obligation.c.first_at, obligation.c.detail)
        .where(
            obligation.c.kind == "notice",
            obligation.c.patient_id.in_(sorted(patients)),
            obligation.c.first_at >= now - _REMEMBERED,
        )
        .order_by(obligation.c.id)
    )
    found: dict[int, tuple[set[Item], datetime | None]] = {id_: (set(), None) for id_ in patients}
    for row in connection.execute(query):
        items, last_at = found[row.patient_id]
        items |= {item_from(each) for each in row.detail["items"]}
        found[row.patient_id] = (items, last_at if row.state == "dropped" else row.first_at)
    return found


def last_on(last_at: datetime | None, tz: str) -> date | None:
    """The local day of the last notice."""
    return None if last_at is None else last_at.astimezone(zone(tz)).date()


def owe(connection: Connection, patient_id: int, items: Collection[Item], *, public_id: str, now: datetime) -> None:
    """Owe the patient a notice of these, at once; one that still waits takes them along."""
    uid = f"notice:{patient_id}"
    owed = obligation.c.uid == uid, obligation.c.state == "owed"
    known = connection.execute(select(obligation.c.detail).where(*owed)).scalar()
    all_items = sorted({*items, *(item_from(each) for each in (known or {}).get("items", ()))})
    detail = {"items": [each.document() for each in all_items]}
    if known is not None:
        connection.execute(update(obligation).where(*owed).values(detail=detail))
        return
    row = {"public_id": public_id, "patient_id": patient_id, "uid": uid, "recipient": "", "kind": "notice"}
    row |= {"state": "owed", "first_at": now, "due_at": now, "detail": detail}
    connection.execute(insert(obligation).values(row))
