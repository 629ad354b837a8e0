"""Booking a single visit."""

from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.time import instant_of, local_date
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import to_hold
from clinic.services.visits.interpreting import ask_for_interpreter
from clinic.services.visits.keep import give_back_overdue, instead_of, kept_visit
from clinic.services.visits.offers import new_visit, open_for_single
from clinic.services.visits.wanted import Spot, WantedVisit


@retrying
def book(
    begin: Begin,
    read: Read,
    wanted: WantedVisit,
    spot: Spot,
    *,
    actor: Actor,
    kept: str = "",
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> str:
    """Book it at that spot; the visit's public id, the same again for a form sent twice. What was `kept` for the form
    becomes the visit, or is free again.

    Raises SlotTaken, Refused, NotFound (also for a time that somebody else keeps).
    """
    give_back_overdue(begin, read, now=now)
    site, held = to_hold(read, wanted.location, wanted.patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        own = kept_visit(opened.unit, kept, actor)
        given_up = () if own is None else (own.id,)
        on = local_date(instant_of(spot.start), site.tz)
        found = open_for_single(opened.unit, wanted, on, given_up=given_up, now=now)
        changes = instead_of(own, new_visit(found, wanted, found.at(spot)))
        booked = apply(opened.unit, changes, actor=actor, reason=reason, now=now).visits
        public_id = booked[0] if booked else kept
        ask_for_interpreter(opened.unit, public_id, wanted.interpreter, now=now)
        opened.keep(public_id)
        return public_id
