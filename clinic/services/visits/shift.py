"""A visit that somebody pulls to another time, therapist or room: the spot that is meant, or what stands in its way."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from clinic.db.patients import calendars as patients
from clinic.db.unit import Read, Unit
from clinic.db.visits import board, kept, loads, reads
from clinic.db.visits.board import Other
from clinic.domain.errors import SlotTaken
from clinic.domain.practice.site import Site
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Visit
from clinic.engine.slots import nearest
from clinic.services.courses.gaps import broken, full
from clinic.services.courses.under_way import under_way
from clinic.services.visits.offers import NEAREST, Offer, Open, judged, open_at_will, open_for_move
from clinic.services.visits.wanted import Spot

SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a visit is pulled: its start (a tick), and another therapist or room where one is meant, by public id."""

    start: int
    therapist: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a visit cannot go there: `patient_busy`, `therapist_busy` or `room_busy` with what is there, `outside_hours`
    where nobody is in the way; and up to three times near it that break nothing, nearest first. `tz` is the place's."""

    code: str
    other: Other | None
    tz: ZoneInfo
    suggested: tuple[Offer, ...]


def spot_of(read: Read, public_id: str, wish: Wish, *, now: datetime) -> Spot:
    """The spot that is meant: with its own lead therapist and in its own room where nothing else is said, in another
    free one where that is taken. Raises NotFound, SlotTaken."""
    with read() as unit:
        found, visit = _open(unit, public_id, wish, now)
        therapist, room = _lead(found, visit)
        spot = Spot(wish.start, wish.therapist or therapist, wish.room or room)
        try:
            choice = found.at(spot)
        except SlotTaken:
            if wish.room is not None or room is None:
                raise
            choice = found.at(Spot(spot.start, spot.therapist, None))
        return Spot(choice.start, choice.therapist, choice.room)


def _open(unit: Unit, public_id: str, wish: Wish, now: datetime) -> tuple[Open, Visit]:
    visit = loads.visit(unit.connection, public_id)
    patient = reads.panel(unit.connection, public_id)[0].patient_public_id
    site, _ = patients.at_site(unit.connection, visit.location_id, patient, since=now)
    on = local_date(instant_of(wish.start), site.tz)
    if on < local_date(now, site.tz):
        raise SlotTaken
    return open_at_will(unit, visit, patient, on, now=now), visit


def _lead(found: Open, visit: Visit) -> tuple[str, str | None]:
    """Who leads the visit, and his room."""
    stretch = visit.stretches[found.openings.kind.lead]
    therapist = next((one.public_id for one in found.site.staff if one.id == stretch.staff_id), "")
    return therapist, next((one.public_id for one in found.site.rooms if one.id == stretch.room_id), None)


def blocked(read: Read, public_id: str, wish: Wish, *, now: datetime) -> Blocked:
    """What stands in the way of a visit that could not go there. Raises NotFound."""
    with read() as unit:
        visit = loads.visit(unit.connection, public_id)
        patient = reads.panel(unit.connection, public_id)[0].patient_public_id
        today = local_date(now, patients.at_site(unit.connection, visit.location_id, patient, since=now)[0].tz)
        found = open_for_move(unit, visit, patient, today, now=now)
        without = {visit.id, *kept.lapsed(unit.connection, now)}
        code, other = _reason(unit, found.site, visit, wish, _lead(found, visit), without)
        return Blocked(code, other, found.site.tz, _suggested(unit, found, visit, wish, now))


def _reason(
    unit: Unit, site: Site, visit: Visit, wish: Wish, lead: tuple[str, str | None], without: Collection[int]
) -> tuple[str, Other | None]:
    who, room = site.colleague(wish.therapist or lead[0]), site.room(wish.room or lead[1])
    others = board.in_the_way(
        unit.connection,
        without,
        wish.start,
        wish.start + visit.ends - visit.starts,
        patient_id=visit.patient_id,
        staff_ids={who.id} if who else set(),
        room_ids={room.id} if room else set(),
    )
    named = (
        ("patient_busy", [one for one in others if one.patient_id == visit.patient_id]),
        ("therapist_busy", [one for one in others if who and one.staff_id == who.id]),
        ("room_busy", [one for one in others if room and one.room_id == room.id]),
    )
    return next(((code, found[0]) for code, found in named if found), ("outside_hours", None))


def _suggested(unit: Unit, found: Open, visit: Visit, wish: Wish, now: datetime) -> tuple[Offer, ...]:
    free = [slot for slot in found.free() if slot.start != visit.starts]
    therapist = wish.therapist or _lead(found, visit)[0] or None
    near = nearest(found.openings, free, wish.start, therapist, most=NEAREST)
    offers = judged(unit, found, Move(visit, visit.stretches), near) if near else ()
    good = _keeping(unit, found, visit, [one for one in offers if not one.needs_reason], now)
    return tuple(islice(good, SUGGESTED))


def _keeping(unit: Unit, found: Open, visit: Visit, offers: Sequence[Offer], now: datetime) -> Iterator[Offer]:
    """Those at which the course keeps its gaps and the patient's days and weeks do not get too full."""
    plan = reads.panel(unit.connection, visit.public_id)[0].plan_public_id
    others = [one for one in loads.of_patient(unit.connection, visit.patient_id) if one.id != visit.id]
    course = None if plan is None else under_way(unit, plan)
    ordinal = (
        next((one.ordinal for one in course.sessions if one.visit and one.visit.id == visit.id), 0) if course else 0
    )
    today = local_date(now, found.site.tz)
    for one in offers:
        gaps = course and ordinal and broken(course, found.site, found.times, ordinal, one.on, today=today)
        if not gaps and not full(found.site, others, one.on):
            yield one
