"""Giving a time twice on purpose: beside what the therapist and the room have then, never beside the patient's own."""

from datetime import date, datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, SlotTaken
from clinic.domain.time import DAY_TICKS, instant_of, local_date
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import to_hold
from clinic.services.visits.interpreting import ask_for_interpreter
from clinic.services.visits.offers import Open, new_visit, open_for_single
from clinic.services.visits.wanted import Spot, WantedVisit


@retrying
def overbook(
    begin: Begin,
    read: Read,
    wanted: WantedVisit,
    start: int,
    *,
    actor: Actor,
    reason: str,
    once: Once | None = None,
    now: datetime,
) -> str:
    """Book it at that tick with the therapist who is wanted, whoever else has his time or the room; the visit's public
    id. Hours, absences, skills, the patient's own time and the safety rules hold as ever.

    Raises Invalid(overbook_whom) without a therapist, Invalid(overbook_reason), SlotTaken, Refused, NotFound.
    """
    if wanted.therapist is None:
        raise Invalid("overbook_whom", field="therapist")
    site, held = to_hold(read, wanted.location, wanted.patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        spot, on = Spot(start, wanted.therapist, None), local_date(instant_of(start), site.tz)
        change = _change(opened.unit, wanted, spot, on, now=now)
        public_id = apply(opened.unit, (change,), actor=actor, reason=reason, now=now).visits[0]
        ask_for_interpreter(opened.unit, public_id, wanted.interpreter, now=now)
        opened.keep(public_id)
        return public_id


def _change(unit: Unit, wanted: WantedVisit, spot: Spot, on: date, *, now: datetime) -> Book:
    """A time that is free after all is not given twice."""
    free = open_for_single(unit, wanted, on, now=now)
    try:
        return Book(new_visit(free, wanted, free.at(spot)))
    except SlotTaken:
        others = _others(unit, free, spot.start)
        found = open_for_single(unit, wanted, on, given_up=others, now=now)
        return Book(new_visit(found, wanted, found.at(spot)), overbooks=True)


def _others(unit: Unit, found: Open, start: int) -> tuple[int, ...]:
    """The visits of other patients that hold time around then at the location."""
    around = loads.around(unit.connection, found.site.id, start - DAY_TICKS, start + DAY_TICKS)
    return tuple(visit for visit, patient in around if patient != found.times.id)
