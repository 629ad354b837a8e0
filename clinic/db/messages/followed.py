"""After which visits patients are asked how they are, and how closely: from their needling so far and how they took to
it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from clinic.db.tables.records import record, response
from clinic.db.tables.visits import appointment, segment
from clinic.db.targets import targets_from
from clinic.domain.care.checkin import asked_at
from clinic.domain.care.response import State, Told, state_of
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import NEEDLING


@dataclass(slots=True)
class _Needled:
    """A visit with needling that took place, and what was told after it."""

    id: int
    patient_id: int
    regions: frozenset[Region]
    before: int | None = None
    told: list[Told] = field(default_factory=list)

    @property
    def flared(self) -> bool:
        return state_of(self.before, self.told) is State.FLARE


def checks(connection: Connection, patients: Collection[int]) -> dict[int, tuple[int, ...]]:
    """For each visit of these patients that took place with needles, after how many hours each to ask. Three
    statements for everybody."""
    found: dict[int, tuple[int, ...]] = {}
    for visits in _needled(connection, patients).values():
        known: frozenset[Region] = frozenset()
        last: _Needled | None = None
        for one in visits:
            flared = one.flared or (last is not None and last.flared)
            found[one.id] = asked_at(first=last is None, anew=not one.regions <= known, flared=flared)
            known, last = known | one.regions, one
    return found


def _needled(connection: Connection, patients: Collection[int]) -> Mapping[int, list[_Needled]]:
    """Of each patient, in order."""
    needles = {modality.value for modality in NEEDLING}
    query = (
        select(appointment.c.id, appointment.c.patient_id, appointment.c.targets, segment.c.modalities)
        .join(segment, segment.c.appointment_id == appointment.c.id)
        .where(appointment.c.patient_id.in_(sorted(patients)), appointment.c.status == "done")
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    visits: dict[int, _Needled] = {}
    for row in connection.execute(query) if patients else ():
        if needles.intersection(row.modalities):
            regions = frozenset(target.region for target in targets_from(row.targets))
            visits[row.id] = _Needled(row.id, row.patient_id, regions)
    _tell(connection, visits)
    found = defaultdict(list)
    for one in visits.values():
        found[one.patient_id].append(one)
    return found


def _tell(connection: Connection, visits: Mapping[int, _Needled]) -> None:
    columns = (response.c[name] for name in ("appointment_id", "hours", "pain", "soreness", "signs"))
    said = select(*columns).where(response.c.appointment_id.in_(sorted(visits)))
    for row in connection.execute(said) if visits else ():
        visits[row.appointment_id].told.append(Told(row.hours, row.pain, row.soreness, tuple(row.signs)))
    told = sorted(id_ for id_, one in visits.items() if one.told)
    typed = select(record.c.appointment_id, record.c.draft).where(record.c.appointment_id.in_(told))
    for row in connection.execute(typed) if told else ():
        visits[row.appointment_id].before = row.draft.get("pain_before")
