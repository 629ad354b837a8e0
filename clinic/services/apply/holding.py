"""Which lanes a visit's stretches hold, and for how long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from clinic.db.practice.resources import patient_limits
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.db.visits.claims import Claim
from clinic.db.visits.loads import Owner
from clinic.domain.errors import SlotTaken
from clinic.domain.practice.people import patients_at_once
from clinic.domain.visits.visit import Stretch, Visit


def owners(patient_id: int, stretches: Sequence[Stretch]) -> set[Owner]:
    """Whose time these stretches take."""
    found: set[Owner] = {("patient", patient_id)}
    found |= {("staff", one.staff_id) for one in stretches if one.staff_id is not None}
    return found | {("room", one.room_id) for one in stretches if one.room_id is not None}


def hold(unit: Unit, patient_id: int, visits: Iterable[Visit]) -> None:
    """Hold the patient and all that these visits take; whatever decides about them must be read afterwards."""
    whose = owners(patient_id, [stretch for visit in visits for stretch in visit.stretches])
    unit.hold(lane for lanes in loads.lanes(unit.connection, whose).values() for lane in lanes)


@dataclass(frozen=True, slots=True)
class Taking:
    """A stretch to be held for the segment with that key, and the one of its visit that follows; `beside` what its
    therapist and room have then."""

    segment_id: int
    patient_id: int
    stretch: Stretch
    after: Stretch | None = None
    beside: bool = False

    @property
    def patient_until(self) -> int:
        """The patient waits from one stretch to the next."""
        return self.stretch.ends if self.after is None else self.after.starts

    @property
    def room_span(self) -> tuple[int, int]:
        """With set-up and clean-up; the patient waits in a room in which he stays."""
        here, after = self.stretch, self.after
        stays = after is not None and after.room_id == here.room_id
        return here.starts - here.setup, self.patient_until if stays else here.ends + here.cleanup


def taking(
    segments: Sequence[int], patient_id: int, stretches: Sequence[Stretch], *, beside: bool = False
) -> list[Taking]:
    """What a visit with these stretches takes, in order."""
    following = [*stretches[1:], None]
    return [
        Taking(segment, patient_id, stretch, after, beside)
        for segment, stretch, after in zip(segments, stretches, following, strict=True)
    ]


class Lanes:
    """Hands out lanes to the changes of one transaction: of a room the first free one; of a therapist who can treat so
    many patients at once the first free of so many, and all of them for what he can give one patient alone.

    Made after everything that the transaction gives back was given back.
    """

    def __init__(self, unit: Unit, wanted: Sequence[Taking]) -> None:
        whose = set().union(*(owners(one.patient_id, [one.stretch]) for one in wanted))
        self._lanes = loads.lanes(unit.connection, whose)
        self._beside: dict[Owner, tuple[int, ...]] = {}
        if any(one.beside for one in wanted):
            self._beside = loads.lanes(unit.connection, whose, overbook=True)
        several = {owner: lanes for owner, lanes in self._lanes.items() if len(lanes) > 1}
        self._limits = patient_limits(unit.connection, [owner for kind, owner in several if kind == "staff"])
        shared = sorted(lane for lanes in several.values() for lane in lanes)
        self._held: dict[int, list[tuple[int, int]]] = {lane: [] for lane in shared}
        if shared:
            first, last = min(one.room_span[0] for one in wanted), max(one.room_span[1] for one in wanted)
            held = loads.held(unit.connection, shared, first, last)
            for lane, starts, ends in np.column_stack((held.resources, held.starts, held.ends)).tolist():
                self._held[lane].append((starts, ends))

    def claims(self, one: Taking) -> list[Claim]:
        """The claims of one segment. Raises SlotTaken when every lane that would do is held."""
        stretch, segment = one.stretch, one.segment_id
        patient = self._lanes[("patient", one.patient_id)]
        found = [Claim(lane, stretch.starts, one.patient_until, segment) for lane in patient]
        if stretch.staff_id is not None:
            whole = self._beside[("staff", stretch.staff_id)] if one.beside else None
            lanes = whole or self._of_staff(stretch.staff_id, stretch)
            found += [Claim(lane, stretch.starts, stretch.ends, segment) for lane in lanes]
        if stretch.room_id is not None:
            span = one.room_span
            lanes = (self._beside if one.beside else self._lanes)[("room", stretch.room_id)]
            found.append(Claim(self._free("room", lanes, *span), *span, segment))
        return found

    def _of_staff(self, staff_id: int, stretch: Stretch) -> tuple[int, ...]:
        lanes = self._lanes[("staff", staff_id)]
        at_once = patients_at_once(self._limits.get(staff_id, {}), stretch.modalities)
        if at_once == 1:
            return lanes
        return (self._free("staff", lanes[:at_once], stretch.starts, stretch.ends),)

    def _free(self, what: str, lanes: Sequence[int], starts: int, ends: int) -> int:
        """The first that is; the only one is taken, since the database refuses it when it is held."""
        if len(lanes) == 1:
            return lanes[0]
        for lane in lanes:
            if all(ends <= other_start or other_end <= starts for other_start, other_end in self._held[lane]):
                self._held[lane].append((starts, ends))
                return lane
        raise SlotTaken(what=what)
