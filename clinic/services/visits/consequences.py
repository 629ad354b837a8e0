"""What a move does to the rest of the course: the gaps that it breaks, and what would have to move with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic.db.patients import calendars as patients
from clinic.db.unit import Read, Unit
from clinic.db.visits import loads, reads
from clinic.domain.courses.worklist import Item
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.time import instant_of, local_date
from clinic.engine.course import Change
from clinic.engine.kind import Reason
from clinic.services.courses.gaps import broken, full
from clinic.services.courses.reflow import Reflow, reflow
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import under_way
from clinic.services.visits.wanted import Spot


@dataclass(frozen=True, slots=True)
class Consequences:
    """The gaps to its neighbours that the visit would not keep, the day or week that has no room for it, and the rest
    of its course: the tail that changes least, or why there is none; where it could not be asked for, the `fault`."""

    broken: tuple[Item, ...]
    full: tuple[Reason, ...]
    rest: Reflow | None
    fault: Invalid | None = None


def moved_with(read: Read, public_id: str, to: Spot, given_up: Sequence[Change] = ()) -> Asked:
    """The rest of the visit's course with the visit at that spot; sessions without a visit stay without. Raises
    NotFound, also for a visit that stands alone."""
    with read() as unit:
        return _asked(unit, public_id, to, given_up)


def _asked(unit: Unit, public_id: str, to: Spot, given_up: Sequence[Change]) -> Asked:
    head = reads.panel(unit.connection, public_id)[0]
    if head.plan_public_id is None or head.ordinal is None:
        raise NotFound("course")
    return Asked(head.plan_public_id, {head.ordinal: to.pin}, place=frozenset(), given_up=tuple(given_up))


def consequences(
    read: Read, public_id: str, to: Spot, given_up: Sequence[Change] = (), *, now: datetime
) -> Consequences | None:
    """None where the visit stands alone, its course is over, or its gaps hold and there is room. Raises NotFound,
    Refused."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        if visit.plan_id is None:
            return None
        asked = _asked(unit, public_id, to, given_up)
        plan = under_way(unit, asked.plan)
        ((ordinal, _),) = asked.pins.items()
        if plan.row.status != "active" or ordinal not in {one.ordinal for one in plan.sessions}:
            return None
        at = plan.row.location_id, plan.row.patient_public_id
        site, times = patients.at_site(unit.connection, *at, since=now)
        on = local_date(instant_of(to.start), site.tz)
        found = broken(plan, site, times, ordinal, on, today=local_date(now, site.tz))
        others = [one for one in loads.of_patient(unit.connection, visit.patient_id) if one.id != visit.id]
        crowded = full(site, others, on)
        if not (found or crowded):
            return None
        try:
            return Consequences(found, crowded, reflow(unit, asked, now=now))
        except Invalid as fault:
            return Consequences(found, crowded, None, fault)
