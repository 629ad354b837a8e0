"""Why there is no course: the first session that cannot be placed, what blocks its days, and what would help."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clinic.domain.errors import Invalid
from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.candidates import Openings, openings
from clinic.engine.course import BlockedDay, NoCourse
from clinic.engine.reach import after, open_days, reached
from clinic.engine.relax import relaxations
from clinic.engine.request import Kind, Reason, Request, Staff

THEN = "_then"


@dataclass(frozen=True, slots=True)
class _Layer:
    """The starts that one rule leaves of the opening hours, and the reason to give where it leaves none of a day."""

    reason: Reason
    starts: int


def explain(request: Request) -> NoCourse:
    """The explanation, its relaxations verified by solving. Raises Invalid(course_possible) when there is a course."""
    days = reached(request, open_days(request))
    if len(days) == len(request.steps):
        raise Invalid("course_possible")
    first, last = request.first_days
    window: Iterable[int] = range(first, last + 1)
    if days:
        window = (day for run in bitmap.runs(after(days[-1], request.gaps[len(days) - 1])) for day in range(*run))
    blocks = _Blocks(request, len(days))
    on = request.calendars.horizon.on
    found = tuple(BlockedDay(on(day), blocks.reasons(day)) for day in window)
    return NoCourse(len(days) + 1, found, relaxations(request, len(days) + 1))


class _Blocks:
    """What blocks the days of session n, counted from 0."""

    def __init__(self, request: Request, n: int) -> None:
        calendars, step = request.calendars, request.steps[n]
        possible, staff = openings(calendars, step.kind), step.kind.staff
        self.request, self.rested_from = request, request.rested_from if n == 0 else 0
        self.starts, self.elsewhere = calendars.horizon.offered, Reason("not_offered")
        if step.pin is not None:
            possible = possible.pinned(calendars, step.pin)
            staff = tuple(each for each in staff if step.pin.therapist in (None, each.therapist))
            self.starts = 1 << step.pin.start - calendars.horizon.first_tick
            self.elsewhere = Reason("pinned_elsewhere")
        self.shared = tuple(_shared(calendars, step.kind))
        self.staffed = [tuple(_staffed(calendars, step.kind, each, possible)) for each in staff if not each.beyond_wish]

    def reasons(self, day: int) -> tuple[Reason, ...]:
        """Why the session cannot be on a day: one reason of the place or the patient, else those of each therapist."""
        request, horizon = self.request, self.request.calendars.horizon
        if day < self.rested_from:
            return (Reason("too_near_before", {"on": request.anchor}),)
        if request.latest is not None and horizon.on(day) > request.latest:
            return (Reason("after_latest", {"on": request.latest}),)
        if not 0 <= day < horizon.days:
            return (Reason("outside_horizon"),)
        starts = self.starts & horizon.on_days(1 << day)
        if not starts:
            return (self.elsewhere,)
        left, reason = _peeled(starts, starts, self.shared)
        if reason is not None:
            return (reason,)
        found = [_peeled(starts, left, each)[1] for each in self.staffed]
        distinct = (each for n, each in enumerate(found) if each is not None and each not in found[:n])
        return tuple(distinct) or (Reason("nobody_may"),)


def _shared(calendars: Calendars, kind: Kind) -> Iterator[_Layer]:
    """What the place and the patient leave, most general first."""
    horizon, patient, hours = calendars.horizon, calendars.patient, calendars.open & calendars.horizon.every
    yield _Layer(Reason("closed"), bitmap.starts(hours, kind.ticks))
    yield _Layer(Reason("too_soon"), calendars.timely & bitmap.starts(hours, kind.ticks))
    for blocked in kind.blocked:
        yield _Layer(blocked.reason, ~horizon.on_days(blocked.days))
    yield _Layer(Reason("patient_away"), bitmap.starts(hours & ~patient.away, kind.ticks))
    suits = hours & patient.available
    yield _Layer(Reason("patient_unavailable"), bitmap.starts(suits, kind.ticks))
    yield _Layer(Reason("patient_elsewhere"), bitmap.starts(suits & ~patient.taken, kind.ticks))


def _staffed(calendars: Calendars, kind: Kind, staff: Staff, possible: Openings) -> Iterator[_Layer]:
    """What one therapist leaves, and the rooms after him."""
    who = {"therapist": staff.therapist}
    therapist = next(each for each in calendars.therapists if each.id == staff.therapist)
    works = calendars.open & calendars.horizon.every & therapist.works
    yield _Layer(staff.otherwise or Reason("not_authorised", who), calendars.horizon.on_days(staff.days))
    yield _Layer(Reason("not_working", who), bitmap.starts(works, kind.ticks))
    yield _Layer(Reason("on_leave", who), bitmap.starts(works & ~therapist.away, kind.ticks))
    yield _Layer(Reason("fully_booked", who), bitmap.starts_in(therapist.lanes(kind.shared), kind.ticks, works))
    yield _Layer(Reason("reserved", who), bitmap.starts(works, kind.ticks) & ~therapist.reserved)
    rooms = bitmap.union(starts for _, starts in possible.rooms)
    yield _Layer(Reason("no_room"), rooms & bitmap.starts(calendars.open & calendars.horizon.every, kind.ticks))


def _peeled(starts: int, left: int, layers: Sequence[_Layer]) -> tuple[int, Reason | None]:
    """What the layers leave of `left`, and the reason of the one that takes the last of it; its code ends in `_then`
    when it would have left some of the day's `starts`, had the layers before it not taken those."""
    for layer in layers:
        left &= layer.starts
        if not left:
            then = THEN if starts & layer.starts else ""
            return left, Reason(layer.reason.code + then, layer.reason.params)
    return left, None
