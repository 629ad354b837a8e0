"""Moving, cancelling and confirming visits that are booked."""

from datetime import datetime

from clinic.db.access import idempotency
from clinic.db.access.idempotency import Once
from clinic.db.patients import calendars as patients
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads, reads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Stale
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.courses.calendars import resources
from clinic.services.visits.offers import open_for_move
from clinic.services.visits.wanted import Spot


def _seen(unit: Unit, public_id: str, version: int) -> Visit:
    """The visit as the actor saw it. Raises NotFound, Stale."""
    visit = loads.visit(unit.connection, public_id)
    if visit.version != version:
        raise Stale("visit", seen=version, current=visit.version)
    return visit


@retrying
def move(
    begin: Begin,
    read: Read,
    public_id: str,
    to: Spot,
    *,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> None:
    """Move one visit, or change nothing. Raises SlotTaken, Stale, Refused (a rule asks for a reason, or forbids it)."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        patient = reads.panel(unit.connection, public_id)[0].patient_public_id
        site, times = patients.at_site(unit.connection, visit.location_id, patient, since=now)
        held = resources(site, times)
    with begin(hold=held) as unit:
        if idempotency.earlier(unit.connection, once) is not None:
            return
        visit = _seen(unit, public_id, version)
        found = open_for_move(unit, visit, patient, local_date(instant_of(to.start), site.tz), now=now)
        change = Move(visit, found.stretches(found.at(to)))
        apply(unit, (change,), actor=actor, reason=reason, now=now)
        idempotency.keep(unit.connection, once, public_id, now=now)


@retrying
def turn(
    begin: Begin,
    public_id: str,
    status: Status,
    *,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> None:
    """Cancel a visit with its reason, confirm a pencilled one, or release it. Raises Stale, Refused, Invalid."""
    with begin() as unit:
        visit = loads.visit(unit.connection, public_id)
        hold(unit, visit.patient_id, [visit])
        if idempotency.earlier(unit.connection, once) is not None:
            return
        visit = _seen(unit, public_id, version)
        apply(unit, (Turn(visit, status),), actor=actor, reason=reason, now=now)
        idempotency.keep(unit.connection, once, public_id, now=now)
