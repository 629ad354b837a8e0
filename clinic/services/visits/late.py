"""A patient is late: what is left of the visit's time, and later times of the same day that would take all of it."""

from dataclasses import dataclass
from datetime import datetime

from clinic.db.unit import Read
from clinic.db.visits import loads, reads
from clinic.domain.errors import Invalid
from clinic.domain.time import local_date, zone
from clinic.domain.visits.day import still
from clinic.domain.visits.visit import MOVABLE, Stretch, Visit
from clinic.services.visits.offers import Offer, offers_for_move

MOST = 4


@dataclass(frozen=True, slots=True)
class Left:
    """The parts that still fit with the minutes left of each, and later times of the day for all of them, nearest
    first."""

    visit: Visit
    parts: tuple[tuple[Stretch, int], ...]
    later: tuple[Offer, ...]


def left(read: Read, public_id: str, *, now: datetime) -> Left:
    """What still fits of a visit whose patient is late. Raises NotFound, Invalid(visit_settled)."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        patient = reads.panel(unit.connection, public_id)[0].patient_public_id
    if visit.status not in MOVABLE:
        raise Invalid("visit_settled", status=visit.status)
    today = local_date(now, zone(visit.tz))
    offers = offers_for_move(read, public_id, patient, today, now=now)
    later = [each for each in offers if each.on == today and each.spot.start > visit.starts]
    near = sorted(later, key=lambda each: (each.needs_reason, each.spot.start))
    return Left(visit, still(visit.stretches, now=now), tuple(near[:MOST]))
