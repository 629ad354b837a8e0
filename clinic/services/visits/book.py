"""Booking a single visit."""

from datetime import datetime

from clinic.db.access import idempotency
from clinic.db.access.idempotency import Once
from clinic.db.patients import calendars as patients
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.courses.calendars import resources
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
    with read() as unit:
        site, times = patients.at_site(unit.connection, wanted.location, wanted.patient, since=now)
        held = resources(site, times)
    with begin(hold=held) as unit:
        done = idempotency.earlier(unit.connection, once)
        if done is not None:
            return done
        found = open_for_single(unit, wanted, local_date(instant_of(spot.start), site.tz), now=now)
        visit = new_visit(found, wanted, found.at(spot))
        public_id = apply(unit, (Book(visit),), actor=actor, reason=reason, now=now).visits[0]
        idempotency.keep(unit.connection, once, public_id, now=now)
        return public_id
