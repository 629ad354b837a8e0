"""Adverse events: recorded with their visit, acknowledged by somebody named, closed with what came of them."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from clinic.content.events import deadlines
from clinic.db.access.idempotency import Once
from clinic.db.care import events
from clinic.db.care.events import EventLine
from clinic.db.messages import tasks
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Acknowledged, Closed, Happened
from clinic.domain.care.events import RED_FLAGS, Event, Grade, report_by
from clinic.domain.errors import Invalid
from clinic.domain.limits import PARAGRAPH, text
from clinic.domain.time import local_date, zone
from clinic.domain.visits.visit import Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen, opening
from clinic.services.care import held

ALARM: Final = "event_alarm"
INCIDENT: Final = "event_incident"
TOLD: Final = "checkin_signs"
"""The task that a check-in raises which tells of what is no alarm and was not to be expected."""


def _hold(unit: Unit, visit: str) -> None:
    hold(unit, loads.visit(unit.connection, visit).patient_id, [])


@retrying
def happened(begin: Begin, visit: str, event: Event, *, actor: Actor, once: Once | None = None, now: datetime) -> str:
    """Record an event of a visit, during it or later; its public id. What cannot wait becomes a task.

    Raises NotFound, Invalid(event_ahead).
    """
    if event.onset_at > now:
        raise Invalid("event_ahead", field="onset_on")
    with opening(begin, partial(_hold, visit=visit), once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        unit, public_id = opened.unit, opened.unit.public_id()
        found = loads.visit(unit.connection, visit)
        change = happening(unit, public_id, found, event, now)
        apply(unit, (change,), actor=actor, now=now)
        alert(unit, change, now)
        tasks.drop_about(unit.connection, found.id, (TOLD,), now)
        if event.kind in RED_FLAGS:
            held.hold(unit, found.patient_id, held.ANSWERED, public_id, now=now)
        opened.keep(public_id)
        return public_id


def happening(unit: Unit, public_id: str, visit: Visit, event: Event, now: datetime) -> Happened:
    """With whoever needled, else treated first; the deadline runs from the day on which it is recorded."""
    by_needle = [one.staff_id for one in visit.stretches if any(modality.needles for modality in one.modalities)]
    treated = by_needle + [one.staff_id for one in visit.stretches]
    law = events.law(unit.connection, visit.location_id)
    due = report_by(deadlines(), law, local_date(now, zone(visit.tz))) if event.incident else None
    staff = next((id_ for id_ in treated if id_ is not None), None)
    return Happened(public_id, visit.patient_id, visit.id, staff, event, law, due)


def alert(unit: Unit, change: Happened, now: datetime) -> None:
    """Have the desk know of an alarm, and of an incident with its deadline."""
    about: dict[str, Any] = {"patient_id": change.patient_id, "appointment_id": change.visit_id}
    if change.event.alarm:
        tasks.put(unit.connection, ALARM, _key(ALARM, change.public_id), **about, public_id=unit.public_id(), now=now)
    if change.event.incident:
        _report(unit, change.public_id, change.report_by, **about, now=now)


def _report(unit: Unit, event: str, due: date | None, **about: Any) -> None:
    detail = {"code": "incident_undated"} if due is None else {"code": "incident_due", "on": due.isoformat()}
    tasks.put(unit.connection, INCIDENT, _key(INCIDENT, event), **about, detail=detail, public_id=unit.public_id())


def _key(kind: str, public_id: str) -> str:
    return f"{kind}:{public_id}"


def _turn(
    begin: Begin,
    public_id: str,
    change_of: Callable[[Unit, EventLine], Acknowledged | Closed],
    settles: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None,
    now: datetime,
) -> None:
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return
        connection = opened.unit.connection
        found = as_seen("event", events.event(connection, public_id), version)
        if found.status == "closed":
            raise Invalid("event_closed")
        apply(opened.unit, (change_of(opened.unit, found),), actor=actor, now=now)
        tasks.drop(connection, _key(settles, public_id), now)
        held.clear(opened.unit, found.patient_id, now=now)
        opened.keep(public_id)


@retrying
def acknowledge(
    begin: Begin,
    public_id: str,
    grade: Grade | None = None,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Whoever acts knows of the alarm, and grades what a patient told by himself. Raises NotFound, Stale,
    Invalid(event_closed)."""

    def change_of(unit: Unit, found: EventLine) -> Acknowledged:
        if grade is not Grade.SERIOUS or found.incident:
            return Acknowledged(found.id, found.patient_id, found.version, grade, found.report_by)
        due = report_by(deadlines(), found.jurisdiction, local_date(now, zone(found.tz or "UTC")))
        about = {"patient_id": found.patient_id, "appointment_id": found.visit_id}
        _report(unit, public_id, due, **about, now=now)
        return Acknowledged(found.id, found.patient_id, found.version, grade, due)

    _turn(begin, public_id, change_of, ALARM, version=version, actor=actor, once=once, now=now)


@retrying
def close(
    begin: Begin,
    public_id: str,
    outcome: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Nothing is left to do about it. Raises NotFound, Stale, Invalid(event_closed, event_unacknowledged,
    event_outcome)."""
    text("outcome", outcome, PARAGRAPH)
    if not outcome.strip():
        raise Invalid("event_outcome", field="outcome")

    def change_of(_: Unit, found: EventLine) -> Closed:
        if found.waits:
            raise Invalid("event_unacknowledged")
        return Closed(found.id, found.patient_id, found.version, outcome.strip())

    _turn(begin, public_id, change_of, INCIDENT, version=version, actor=actor, once=once, now=now)
