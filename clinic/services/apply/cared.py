"""What a patient said, signed and was told, as the gate asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clinic.db.care import consents, facts, overrides, screening, settings
from clinic.db.practice.credentials import credentials
from clinic.db.unit import Unit
from clinic.domain.care.findings import STANDING, Finding, Level, as_set
from clinic.domain.care.proposed import Facts, ProposedVisit
from clinic.domain.care.rules import judge_start
from clinic.domain.care.screening import Screening
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Cared:
    """The answers that stand, how strongly rules speak here, and what was set aside before: plan, visit, rule."""

    screening: Screening | None
    levels: dict[int, Level]
    covered: frozenset[tuple[int | None, int | None, int]]

    @property
    def version(self) -> int:
        return 0 if self.screening is None else self.screening.version

    def heard(self, findings: Iterable[Finding], plan: int | None, visit: int | None) -> list[Finding]:
        """The findings as the practice wants them, without what was set aside for the plan or the visit while the same
        answers stood."""
        said = (as_set(each, self.levels) for each in findings)
        return [each for each in said if not self._covers(each, plan, visit)]

    def _covers(self, found: Finding, plan: int | None, visit: int | None) -> bool:
        if found.level is not Level.OVERRIDE or found.rule not in STANDING:
            return False
        return any(
            rule == found.rule and ((plan is not None and of == plan) or (visit is not None and at == visit))
            for of, at, rule in self.covered
        )


def cared(unit: Unit, patient_id: int) -> Cared:
    """A few statements about one patient."""
    found = screening.latest(unit.connection, patient_id)
    version = 0 if found is None else found.version
    aside = overrides.covered(unit.connection, patient_id, version)
    return Cared(found, dict(settings.levels(unit.connection)), aside)


def unready(unit: Unit, visit: Visit) -> list[Finding]:
    """What speaks against starting the visit's needling; nothing for a visit without."""
    if not visit.needles:
        return []
    known = cared(unit, visit.patient_id)
    standing = facts.standing(unit.connection, visit.patient_id)
    base = Facts(
        screening=known.screening,
        today=screening.on_day(unit.connection, visit.patient_id, known.screening, asked_on(visit)),
        consents=consents.of_patient(unit.connection, visit.patient_id),
        born_on=standing.born_on,
        supervised=True,  # it was asked when the visit was booked
    )
    return known.heard(_of_stretches(unit, visit, base), visit.plan_id, visit.id)


def _of_stretches(unit: Unit, visit: Visit, base: Facts) -> list[Finding]:
    staff = {part.staff_id for part in visit.stretches if part.staff_id is not None}
    held = credentials(unit.connection, staff)
    where = facts.jurisdictions(unit.connection, {visit.location_id})[visit.location_id]
    said: list[Finding] = []
    for part in visit.stretches:
        proposed = ProposedVisit(
            starts=instant_of(visit.starts),
            tz=zone(visit.tz),
            modalities=part.modalities,
            targets=visit.targets,
            therapist=str(part.staff_id),
            jurisdiction=where,
        )
        told = judge_start(proposed, replace(base, credentials=held.get(part.staff_id or 0, ())))
        said += [finding for finding in told if finding not in said]
    return said


def asked_on(visit: Visit) -> date:
    """The day whose answers count: the visit's own."""
    return local_date(instant_of(visit.starts), zone(visit.tz))
