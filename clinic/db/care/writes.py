"""Writing records, what patients tell, measures, adverse events and check-ins. Only `services.apply` comes here."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from clinic.db.tables.records import adverse_event, check_in, measure, record, record_version, response
from clinic.domain.care.changes import Acknowledged, Answer, Checked, Closed, Drafted, Happened, Measured, Signed
from clinic.domain.care.events import Grade
from clinic.domain.errors import Stale


def draft(connection: Connection, change: Drafted, public_id: str, *, by: str, now: datetime) -> int:
    """Keep what was typed; the record's key. Raises Stale. The caller holds the patient."""
    typed: dict[str, Any] = {"draft": dict(change.body), "draft_by": by, "drafted_at": now}
    if not change.seen:
        row = {"public_id": public_id, "patient_id": change.patient_id, "plan_id": change.plan_id, "status": "open"}
        row |= {"appointment_id": change.visit_id} | typed
        return int(connection.execute(insert(record).returning(record.c.id), row).scalar_one())
    return _raise(connection, change.visit_id, change.seen, typed)


def _raise(connection: Connection, visit_id: int, seen: int, values: dict[str, Any]) -> int:
    """Change the record and raise its version; its key. Raises Stale."""
    own = record.c.appointment_id == visit_id
    changed = update(record).where(own, record.c.version == seen).values(version=seen + 1, **values)
    found = connection.execute(changed.returning(record.c.id)).scalar_one_or_none()
    if found is None:
        raise Stale("record", seen=seen, current=connection.execute(select(record.c.version).where(own)).scalar_one())
    return int(found)


def sign(connection: Connection, change: Signed, *, by: str, now: datetime) -> int:
    """Add a version that never changes; the record's key. Raises Stale."""
    id_ = _raise(connection, change.visit_id, change.seen, {"status": "signed", "draft": dict(change.body)})
    row = {"record_id": id_, "number": change.number, "body": dict(change.body), "text": change.text, "actor": by}
    row |= {"reason": change.reason, "signing": dict(change.signing), "written_at": now}
    connection.execute(insert(record_version), row)
    return id_


def tell(connection: Connection, change: Answer, *, by: str, now: datetime) -> int:
    """Keep what was told; its key."""
    told = change.told
    row: dict[str, Any] = {
        "appointment_id": change.visit_id,
        "hours": told.hours,
        "pain": told.pain,
        "soreness": told.soreness,
    }
    row |= {"signs": list(told.signs), "note": told.note, "actor": by, "told_at": now}
    return int(connection.execute(insert(response).returning(response.c.id), row).scalar_one())


def checked(connection: Connection, change: Checked, *, by: str, now: datetime) -> int:
    """Keep a check-in and what it says of the response; its key. One number of each check-in is given once."""
    told = tell(connection, Answer(change.visit_id, change.patient_id, change.told), by=by, now=now)
    row: dict[str, Any] = {
        "appointment_id": change.visit_id,
        "response_id": told,
        "hours": change.hours,
        "number": change.number,
    }
    row |= {"questions": change.questions, "language": change.language, "answers": change.answers.document()}
    row |= {"alarm": bool(change.answers.alarms), "actor": by, "given_at": now}
    return int(connection.execute(insert(check_in).returning(check_in.c.id), row).scalar_one())


def measured(connection: Connection, change: Measured, *, by: str, now: datetime) -> None:
    """Keep the value; one of the same day goes."""
    same = (measure.c.plan_id == change.plan_id, measure.c.name == change.name, measure.c.on_day == change.on)
    connection.execute(delete(measure).where(*same))
    row: dict[str, Any] = {"plan_id": change.plan_id, "session_id": change.session_id, "name": change.name}
    row |= {"tenths": change.tenths, "note": change.note, "on_day": change.on, "actor": by, "written_at": now}
    connection.execute(insert(measure), row)


def happened(connection: Connection, change: Happened, *, by: str, now: datetime) -> int:
    """Keep an event as open; its key."""
    event = change.event
    row = {
        "public_id": change.public_id,
        "patient_id": change.patient_id,
        "appointment_id": change.visit_id,
        "staff_id": change.staff_id,
        "kind": event.kind.value,
        "grade": event.grade.value,
        "region": "" if event.region is None else event.region.value,
        "side": "" if event.side is None else event.side.value,
        "onset_at": event.onset_at,
        "action": event.action,
        "note": event.note,
        "hospital": event.hospital,
        "physician": event.physician,
        "alarm": event.alarm,
        "incident": event.incident,
        "jurisdiction": change.jurisdiction,
        "report_by": change.report_by,
        "status": "open",
        "actor": by,
        "recorded_at": now,
    }
    return int(connection.execute(insert(adverse_event).returning(adverse_event.c.id), row).scalar_one())


def acknowledge(connection: Connection, change: Acknowledged, *, by: str, now: datetime) -> None:
    """Somebody knows of it, and may have graded it. Raises Stale."""
    values: dict[str, Any] = {"acknowledged_by": by, "acknowledged_at": now}
    if change.graded is not None:
        values |= {"grade": change.graded.value}
    if change.graded is Grade.SERIOUS:
        values |= {"incident": True, "report_by": change.report_by}
    _turn(connection, change.event_id, change.seen, values)


def close(connection: Connection, change: Closed, *, by: str, now: datetime) -> None:
    """Nothing is left to do. Raises Stale."""
    ended = {"status": "closed", "outcome": change.outcome, "closed_by": by, "closed_at": now}
    _turn(connection, change.event_id, change.seen, ended)


def _turn(connection: Connection, event_id: int, seen: int, values: dict[str, Any]) -> None:
    own = adverse_event.c.id == event_id
    changed = update(adverse_event).where(own, adverse_event.c.version == seen).values(version=seen + 1, **values)
    if connection.execute(changed).rowcount != 1:
        current = connection.execute(select(adverse_event.c.version).where(own)).scalar_one()
        raise Stale("event", seen=seen, current=current)
