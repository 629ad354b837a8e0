"""Which lanes a visit's stretches hold, and for how long."""

from collections.abc import Iterable, Sequence

import numpy as np

from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.db.visits.claims import Claim
from clinic.db.visits.loads import Owner
from clinic.domain.errors import SlotTaken
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


class Lanes:
    """Hands out lanes to the changes of one transaction: a therapist is taken whole, of a room the first free lane.

    Made after everything that the transaction gives back was given back.
    """

    def __init__(self, unit: Unit, wanted: set[Owner], first: int, last: int) -> None:
        self._lanes = loads.lanes(unit.connection, wanted)
        shared = [
            lane for (kind, _), lanes in self._lanes.items() if kind == "room" and len(lanes) > 1 for lane in lanes
        ]
        held = loads.held(unit.connection, shared, first, last) if shared else None
        self._held: dict[int, list[tuple[int, int]]] = {lane: [] for lane in shared}
        if held is not None:
            for lane, starts, ends in np.column_stack((held.resources, held.starts, held.ends)).tolist():
                self._held[lane].append((starts, ends))

    def claims(self, segment_id: int, patient_id: int, stretch: Stretch) -> list[Claim]:
        """The claims of one segment. Raises SlotTaken when every lane of its room is held."""
        found = [Claim(lane, stretch.starts, stretch.ends, segment_id) for lane in self._lanes[("patient", patient_id)]]
        if stretch.staff_id is not None:
            lanes = self._lanes[("staff", stretch.staff_id)]
            found += [Claim(lane, stretch.starts, stretch.ends, segment_id) for lane in lanes]
        if stretch.room_id is not None:
            starts, ends = stretch.starts - stretch.setup, stretch.ends + stretch.cleanup
            found.append(Claim(self._lane(stretch.room_id, starts, ends), starts, ends, segment_id))
        return found

    def _lane(self, room_id: int, starts: int, ends: int) -> int:
        lanes = self._lanes[("room", room_id)]
        if len(lanes) == 1:
            return lanes[0]
        for lane in lanes:
            if all(ends <= other_start or other_end <= starts for other_start, other_end in self._held[lane]):
                self._held[lane].append((starts, ends))
                return lane
        raise SlotTaken(what="room")
