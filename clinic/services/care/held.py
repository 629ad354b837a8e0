"""Visits whose needling waits: what a patient says or takes back holds it, and nothing else of the visit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from clinic.db.messages import tasks
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.care.findings import STANDING, Finding, Level
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import SHOWN, Status, Visit
from clinic.services.apply.cared import unready

NEW_FLAG: Final = "needling_held"
REPORTED: Final = 11
"""The rule of red flags that nobody has cleared."""
ANSWERED: Final = STANDING | {2, 3, 10, REPORTED}
"""Rules that a new answer may set against needling that is booked."""
AGREED: Final = (1, 3, REPORTED, 23, 24)
"""The rules that rest on what is signed, and what is not to be forgotten meanwhile."""
AHEAD: Final = (SHOWN | {Status.PENCILLED}) - {Status.DONE, Status.IN_SESSION}


def ahead(unit: Unit, patient_id: int, *, now: datetime) -> tuple[Visit, ...]:
    """The patient's needling that has not begun, in order."""
    found = loads.of_patient(unit.connection, patient_id)
    return tuple(one for one in found if one.needles and one.status in AHEAD and one.ends > tick_floor(now))


def speaking(unit: Unit, visit: Visit, rules: Iterable[int]) -> list[Finding]:
    """What of these rules stands against the visit's needling, beyond a warning."""
    given = frozenset(rules)
    return [one for one in unready(unit, visit) if one.rule in given and one.level is not Level.WARN]


def hold(unit: Unit, patient_id: int, rules: Iterable[int], cause: str, *, now: datetime) -> tuple[Visit, ...]:
    """Raise a task for each visit ahead that the rules now speak against, and drop those that no longer hold; the
    visits. `cause` names what happened, once."""
    visits, given = ahead(unit, patient_id, now=now), frozenset(rules)
    tasks.drop_about_all(unit.connection, [one.id for one in visits], (NEW_FLAG,), now)
    held = tuple(one for one in visits if speaking(unit, one, given))
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
    free = [one.id for one in ahead(unit, patient_id, now=now) if not speaking(unit, one, ANSWERED.union(AGREED))]
    tasks.drop_about_all(unit.connection, free, (NEW_FLAG,), now)
