"""Writing what is recorded of visits: each change with the entry that the audit trail keeps of it, ids alone."""

from datetime import datetime

from clinic.db.access.audit import Entry
from clinic.db.care import writes
from clinic.db.unit import Unit
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import (
    Acknowledged,
    Answer,
    Checked,
    Closed,
    Drafted,
    Happened,
    Measured,
    Signed,
    Written,
)


def write(unit: Unit, change: Written, *, actor: Actor, now: datetime) -> Entry:
    """Write one change. Raises Stale."""
    connection, by = unit.connection, actor.name
    match change:
        case Drafted():
            id_ = writes.draft(connection, change, unit.public_id(), by=by, now=now)
            return _entry(change, "record.draft", "record", id_, version=change.seen + 1)
        case Signed():
            id_ = writes.sign(connection, change, by=by, now=now)
            return _entry(
                change, "record.sign" if change.number == 1 else "record.amend", "record", id_, number=change.number
            )
        case Answer():
            return _entry(change, "response.write", "response", writes.tell(connection, change, by=by, now=now))
        case Checked():
            id_ = writes.checked(connection, change, by=by, now=now)
            return _entry(change, "checkin.give", "checkin", id_, hours=change.hours, number=change.number)
        case Measured():
            writes.measured(connection, change, by=by, now=now)
            return _entry(change, "measure.write", "plan", change.plan_id, measure=change.name)
        case Happened():
            id_ = writes.happened(connection, change, by=by, now=now)
            return _entry(change, "event.write", "event", id_)
        case Acknowledged():
            writes.acknowledge(connection, change, by=by, now=now)
            graded = {} if change.graded is None else {"grade": change.graded.value}
            return _entry(change, "event.acknowledge", "event", change.event_id, version=change.seen + 1, **graded)
        case Closed():
            writes.close(connection, change, by=by, now=now)
            return _entry(change, "event.close", "event", change.event_id, version=change.seen + 1)


def _entry(change: Written, act: str, kind: str, id_: int, **detail: object) -> Entry:
    return Entry(change.permission, act, kind, id_, change.patient_id, detail)
