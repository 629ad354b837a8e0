"""Visits whose needling waits: what a patient says or takes back holds it, and nothing else of the visit."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from clinic.db.care import consents
from clinic.db.messages import tasks
from clinic.db.patients import records
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import STANDING, Level
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import EXPECTED, Status, Visit
from clinic.services.apply.readiness import unready

NEW_FLAG: Final = "needling_held"
REPORTED: Final = 11
"""The rule of red flags that nobody has cleared."""
ANSWERED: Final = STANDING | {2, 3, 10, REPORTED}
"""Rules that a new answer may set against needling that is booked."""
AGREED: Final = frozenset({1, 3, REPORTED, 23, 24})
"""The rules that rest on what is signed, and what is not to be forgotten meanwhile."""
AHEAD: Final = EXPECTED | {Status.PENCILLED}


def hold_patient(unit: Unit, public_id: str) -> None:
    """Hold a patient whose answers and consents change. Raises NotFound."""
    unit.hold(records.resources(unit.connection, [records.record(unit.connection, public_id).id]))


def _ahead(unit: Unit, patient_id: int, *, now: datetime) -> tuple[Visit, ...]:
    """The patient's needling that has not begun, in order."""
    found = loads.of_patient(unit.connection, patient_id)
    return tuple(one for one in found if one.needles and one.status in AHEAD and one.ends > tick_floor(now))


def _speaking(unit: Unit, visit: Visit, rules: Collection[int]) -> frozenset[int]:
    """Which of these rules stand against the visit's needling, beyond a warning."""
    return frozenset(one.rule for one in unready(unit, visit) if one.level is not Level.WARN).intersection(rules)


def hold(unit: Unit, patient_id: int, rules: Collection[int], cause: str, *, now: datetime) -> tuple[Visit, ...]:
    """Raise a task for each visit ahead that these rules now speak against, in place of the one that it has, and drop
    those of visits that nothing speaks against any longer; the visits. `cause` names what happened, once."""
    known = _standing(unit, patient_id).union(rules)
    spoken = [(one, _speaking(unit, one, known)) for one in _ahead(unit, patient_id, now=now)]
    held = tuple(one for one, found in spoken if found.intersection(rules))
    settled = [one.id for one, found in spoken if not found or found.intersection(rules)]
    tasks.drop_about_all(unit.connection, settled, (NEW_FLAG,), now)
    for one in held:
        tasks.put(
            unit.connection,
            NEW_FLAG,
            f"{NEW_FLAG}:{one.uid}:{cause}",
            patient_id=patient_id,
            appointment_id=one.id,
            public_id=unit.public_id(),
            now=now,
        )
    return held


def clear(unit: Unit, patient_id: int, *, now: datetime) -> None:
    """Drop the tasks of the visits ahead that nothing speaks against any longer."""
    known = _standing(unit, patient_id)
    free = [one.id for one in _ahead(unit, patient_id, now=now) if not _speaking(unit, one, known)]
    tasks.drop_about_all(unit.connection, free, (NEW_FLAG,), now)


def _standing(unit: Unit, patient_id: int) -> frozenset[int]:
    """The rules by which a task is kept: what rests on a signature only once one was taken back, since before the first
    nobody waits for it."""
    taken_back = any(not one.stands for one in consents.of_patient(unit.connection, patient_id))
    return ANSWERED | AGREED if taken_back else ANSWERED
