"""Moving, cancelling and confirming visits that are booked."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import freed, loads, reads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import to_hold
from clinic.services.visits.offers import open_at_will, open_for_move
from clinic.services.visits.seen import hold_visit, seen_visit
from clinic.services.visits.wanted import Spot


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
    at_will: bool = False,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Move one visit, or change nothing; `at_will` also to starts that are offered to nobody. Raises SlotTaken, Stale,
    Refused (a rule asks for a reason, or forbids it), Invalid(visit_on_offer)."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        patient = reads.panel(unit.connection, public_id)[0].patient_public_id
    site, held = to_hold(read, visit.location_id, patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = _free_to_change(opened.unit, public_id, version)
        on = local_date(instant_of(to.start), site.tz)
        look = open_at_will if at_will else open_for_move
        found = look(opened.unit, visit, patient, on, now=now)
        change = Move(visit, found.stretches(found.at(to)))
        apply(opened.unit, (change,), actor=actor, reason=reason, now=now)
        opened.keep(public_id)


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
    with opening(begin, partial(hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = _free_to_change(opened.unit, public_id, version)
        apply(opened.unit, (Turn(visit, status),), actor=actor, reason=reason, now=now)
        opened.keep(public_id)


def _free_to_change(unit: Unit, public_id: str, version: int) -> Visit:
    """The visit as the actor saw it. One that keeps a time while that is on offer goes with the offer: whoever was
    asked may say yes at any moment. Raises NotFound, Stale, Invalid(visit_on_offer)."""
    visit = seen_visit(unit, public_id, version)
    if freed.kept_by(unit.connection, [public_id]):
        raise Invalid("visit_on_offer")
    return visit
