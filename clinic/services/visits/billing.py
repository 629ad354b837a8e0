"""Visits that took place, for whoever bills them; handing them out is kept in the trail."""

from datetime import date, datetime, timedelta

from clinic.db.access import audit
from clinic.db.practice import lists
from clinic.db.unit import Begin, Read, Unit
from clinic.db.visits import billing
from clinic.db.visits.billing import Held
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.time import at_wall, tick_floor, zone

PERMISSION = "billing.read"
LONGEST = 400
"""Days of a period: a year and what is late."""
PRACTICE = 1


def held(read: Read, first: date, last: date, *, actor: Actor) -> tuple[Held, ...]:
    """Those of the days from `first` to `last`, both included, by payer and start. Raises Invalid."""
    actor.require(PERMISSION)
    _check(first, last)
    with read() as unit:
        return _held(unit, first, last, actor)


def export(
    begin: Begin, first: date, last: date, payer: str | None, *, actor: Actor, now: datetime
) -> tuple[Held, ...]:
    """The same for one payer, or for all where it is None; who had it when is kept. Raises Invalid."""
    actor.require(PERMISSION)
    _check(first, last)
    with begin() as unit:
        found = tuple(each for each in _held(unit, first, last, actor) if payer is None or each.payer == payer)
        detail = {"first": first.isoformat(), "last": last.isoformat(), "visits": len(found)}
        entry = audit.Entry(PERMISSION, "visits.exported", "practice", PRACTICE, None, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)
    return found


def _check(first: date, last: date) -> None:
    if last < first:
        raise Invalid("dates_reversed", field="until", first=first, last=last)
    if last - first > timedelta(days=LONGEST):
        raise Invalid("period_too_long", field="until", days=LONGEST)


def _held(unit: Unit, first: date, last: date, actor: Actor) -> tuple[Held, ...]:
    where = actor.where(PERMISSION)
    places = lists.locations(unit.connection, where)
    tz = zone(places[0].tz if places else "UTC")
    begins, ends = (tick_floor(at_wall(day, 0, tz)) for day in (first, last + timedelta(days=1)))
    return billing.held(unit.connection, begins, ends, where)
