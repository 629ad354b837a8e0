"""Booking a single visit."""

from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import to_hold
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
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> str:
    """Book it at that spot; the visit's public id, the same again for a form sent twice.

    Raises SlotTaken, Refused, NotFound.
    """
    site, held = to_hold(read, wanted.location, wanted.patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        found = open_for_single(opened.unit, wanted, local_date(instant_of(spot.start), site.tz), now=now)
        visit = new_visit(found, wanted, found.at(spot))
        public_id = apply(opened.unit, (Book(visit),), actor=actor, reason=reason, now=now).visits[0]
        opened.keep(public_id)
        return public_id
