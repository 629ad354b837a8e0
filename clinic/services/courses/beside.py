"""The visits of those who come back to back with a patient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinic.db.patients import relatives
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.visits.visit import Visit
from clinic.engine.wishes import BESIDE_TICKS
from clinic.services.courses.calendars import Placing


@dataclass(frozen=True, slots=True)
class Beside:
    """A relative's visit at the same location: his name, and its half-open range of ticks."""

    name: str
    starts: int
    ends: int

    def meets(self, starts: int, ends: int) -> bool:
        """Whether a visit from one tick to another is right before or after it."""
        return 0 <= starts - self.ends <= BESIDE_TICKS or 0 <= self.starts - ends <= BESIDE_TICKS


def beside(unit: Unit, placing: Placing) -> tuple[Beside, ...]:
    """Those in the horizon, in order of start, of the relatives whose visits the patient wishes beside his own."""
    if not placing.times.accompanied:
        return ()
    together = relatives.beside(unit.connection, placing.times.id)
    first = placing.days.horizon.first_tick
    last = first + placing.days.horizon.ticks
    found = (
        Beside(together[visit.patient_id], visit.starts, visit.ends)
        for visits in loads.of_patients(unit.connection, tuple(together)).values()
        for visit in visits
        if visit.location_id == placing.site.id and first <= visit.starts < last
    )
    return tuple(sorted(found, key=lambda each: (each.starts, each.name)))


def company(relatives: Sequence[Beside], agreed: Iterable[Visit] = ()) -> tuple[tuple[int, int], ...]:
    """The ranges that sessions should be right before or after; none where nobody comes along. A visit that was agreed
    is as good where it is: nothing moves for company alone."""
    if not relatives:
        return ()
    stays = ((0, visit.starts - 1) for visit in agreed)  # beside it, on any grid of a quarter, is that start alone
    return (*((each.starts, each.ends) for each in relatives), *stays)
