"""What stands in the way of a visit on its day: its record, alarms about its patient, what a payer authorised."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, exists, func, select

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.records import adverse_event, record, record_version
from clinic.db.tables.visits import appointment


def signed(connection: Connection, visit_id: int) -> bool:
    """Whether its record stands: what it tells of has happened."""
    version = exists().where(record.c.appointment_id == visit_id, record_version.c.record_id == record.c.id)
    return bool(connection.execute(select(version)).scalar_one())


def left_out(connection: Connection, visit_id: int) -> bool:
    """Whether it was begun without its needling."""
    begun = audit.c.subject_kind == "visit", audit.c.subject_id == visit_id, audit.c.act == "visit.in_session"
    query = select(audit.c.detail).where(*begun).order_by(audit.c.id.desc()).limit(1)
    return bool((connection.execute(query).scalar() or {}).get("without_needling"))


def alarms(connection: Connection, patient_id: int) -> int:
    """How many adverse events of the patient wait to be acknowledged."""
    open_ = adverse_event.c.status == "open", adverse_event.c.alarm, adverse_event.c.acknowledged_at.is_(None)
    query = select(func.count()).where(adverse_event.c.patient_id == patient_id, *open_)
    return int(connection.execute(query).scalar_one())


class Cover(NamedTuple):
    """What a payer authorised of the course, and the number of the visit among those that took or keep their time."""

    number: int
    visits: int | None
    until: date | None


def cover(connection: Connection, visit_id: int) -> Cover | None:
    """None for a visit that stands alone."""
    own, other = appointment.alias("own"), plan_session.alias("other")
    told = appointment.c.status.in_(["booked", "confirmed", "arrived", "in_session", "done"])
    earlier = (
        select(func.count(appointment.c.id))
        .join(other, other.c.id == appointment.c.session_id)
        .where(other.c.plan_id == plan.c.id, told, appointment.c.starts_tick <= own.c.starts_tick)
        .correlate(plan, own)
        .scalar_subquery()
    )
    query = (
        select(earlier, plan.c.authorised_visits, plan.c.authorised_until)
        .select_from(own)
        .join(plan_session, plan_session.c.id == own.c.session_id)
        .join(plan, plan.c.id == plan_session.c.plan_id)
        .where(own.c.id == visit_id)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Cover(*row)
