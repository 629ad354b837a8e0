"""What a day has room for, rule by rule: the layers of the calendars, and the one that took the last of a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.kind import Kind, Reason, Staff
from clinic.engine.openings import Openings, openings, pinned
from clinic.engine.request import Step

THEN = "_then"


@dataclass(frozen=True, slots=True)
class _Layer:
    """The starts that one rule leaves of the opening hours, and the reason to give where it leaves none of a day."""

    reason: Reason
    starts: int


class Layers:
    """What the place, the patient, the people and the rooms leave of the starts of one session."""

    def __init__(self, calendars: Calendars, step: Step) -> None:
        self.calendars, kind = calendars, step.kind
        possible = openings(calendars, kind)
        self.starts, self.elsewhere = calendars.horizon.offered, Reason("not_offered")
        staff = [each for each in kind.staff if not each.beyond_wish]
        if step.pin is not None:
            possible = pinned(possible, step.pin)
            staff = [each for each in staff if step.pin.therapist in (None, each.therapist)]
            self.starts = 1 << step.pin.start - calendars.horizon.first_tick
            self.elsewhere = Reason("pinned_elsewhere")
        self.open = bitmap.union(possible.starts)
        self.shared = tuple(_shared(calendars, kind))
        self.staffed = [(*_led(calendars, kind, each), *_beside(calendars, possible)) for each in staff]

    def reasons(self, day: int) -> tuple[Reason, ...]:
        """Why the session cannot be on a day: one reason of the place or the patient, else those of each therapist;
        none where it can."""
        starts = self.starts & self.calendars.horizon.on_days(1 << day)
        if starts & self.open:
            return ()
        if not starts:
            return (self.elsewhere,)
        left, reason = _peeled(starts, starts, self.shared)
        if reason is not None:
            return (reason,)
        found = [_peeled(starts, left, each)[1] for each in self.staffed]
        distinct = tuple(each for n, each in enumerate(found) if each is not None and each not in found[:n])
        return distinct or (Reason("nobody_may"),)


def _shared(calendars: Calendars, kind: Kind) -> Iterator[_Layer]:
    """What the place and the patient leave, most general first."""
    horizon, patient, hours = calendars.horizon, calendars.patient, calendars.open & calendars.horizon.every
    yield _Layer(Reason("closed"), bitmap.starts(hours, kind.ticks))
    yield _Layer(Reason("too_soon"), calendars.timely & bitmap.starts(hours, kind.ticks))
    for blocked in kind.blocked:
        yield _Layer(blocked.reason, horizon.offered & ~blocked.starts)
    yield _Layer(Reason("patient_away"), bitmap.starts(hours & ~patient.away, kind.ticks))
    suits = hours & patient.available
    yield _Layer(Reason("patient_unavailable"), bitmap.starts(suits, kind.ticks))
    yield _Layer(Reason("patient_elsewhere"), bitmap.starts(suits & ~patient.taken, kind.ticks))


def _led(calendars: Calendars, kind: Kind, staff: Staff) -> Iterator[_Layer]:
    """What one lead therapist leaves, where nobody waits between the parts."""
    who, begins = {"therapist": staff.therapist}, kind.layouts[0][kind.lead]
    ticks = kind.parts[kind.lead].ticks
    therapist = next(each for each in calendars.therapists if each.id == staff.therapist)
    works = calendars.open & calendars.horizon.every & therapist.works
    present = works & ~therapist.away
    yield _Layer(staff.otherwise or Reason("not_authorised", who), calendars.horizon.on_days(staff.days))
    yield _Layer(Reason("not_working", who), bitmap.starts(works, ticks) >> begins)
    yield _Layer(Reason("on_leave", who), bitmap.starts(present, ticks) >> begins)
    yield _Layer(Reason("not_supervised", who), bitmap.starts_in(staff.watched, ticks, present) >> begins)
    yield _Layer(Reason("fully_booked", who), bitmap.starts_in(therapist.lanes(staff.at_once), ticks, works) >> begins)
    yield _Layer(Reason("reserved", who), bitmap.starts(works, ticks) >> begins & ~therapist.reserved)


def _beside(calendars: Calendars, possible: Openings) -> Iterator[_Layer]:
    """What the people of the other parts leave, and the rooms."""
    kind = possible.kind
    inside = bitmap.starts(calendars.open & calendars.horizon.every, kind.ticks)
    for n in range(len(kind.parts)):
        if n != kind.lead:
            free = bitmap.union(starts for way in possible.ways for _, starts in way.people[n])
            yield _Layer(Reason("nobody_for_part", {"part": n + 1}), free & inside)
    yield _Layer(Reason("no_room"), bitmap.union(way.rooming.starts for way in possible.ways) & inside)
    yield _Layer(Reason("not_together"), 0)


def _peeled(starts: int, left: int, layers: Sequence[_Layer]) -> tuple[int, Reason | None]:
    """What the layers leave of `left`, and the reason of the one that takes the last of it; its code ends in `_then`
    when it would have left some of the day's `starts`, had the layers before it not taken those."""
    for layer in layers:
        left &= layer.starts
        if not left:
            then = THEN if starts & layer.starts else ""
            return left, Reason(layer.reason.code + then, layer.reason.params)
    return left, None
