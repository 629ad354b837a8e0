"""What stands in the way of a visit on its day: its record, alarms about its patient, what a payer authorised."""

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import Connection, exists, func, or_, select

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan, plan_session
from clinic.db.tables.records import adverse_event, record, record_version
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.day import uncovered
from clinic.domain.visits.visit import SHOWN

_TOLD: Final = stored(SHOWN)


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


def beyond(connection: Connection, visits: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of these visits, by public id, those beyond what a payer authorised for their course, with the limit's code.
    Counted are the treatments up to each that took or keep their time."""
    own, other = plan_session.alias("own"), plan_session.alias("other")
    before = appointment.alias("before")
    earlier = (
        select(func.count(before.c.id))
        .join(other, other.c.id == before.c.session_id)
        .where(other.c.plan_id == plan.c.id, other.c.kind == "treatment")
        .where(before.c.status.in_(_TOLD), before.c.starts_tick <= appointment.c.starts_tick)
        .correlate(plan, appointment)
        .scalar_subquery()
    )
    limited = or_(plan.c.authorised_visits.is_not(None), plan.c.authorised_until.is_not(None))
    query = (
        select(appointment.c.public_id, appointment.c.starts_tick, appointment.c.tz, earlier)
        .add_columns(plan.c.authorised_visits, plan.c.authorised_until)
        .join(own, own.c.id == appointment.c.session_id)
        .join(plan, plan.c.id == own.c.plan_id)
        .where(appointment.c.public_id.in_(visits), limited)
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    for public_id, starts, tz, number, most, until in connection.execute(query):
        code = uncovered(number, local_date(instant_of(starts), zone(tz)), most, until)
        if code:
            yield public_id, code
