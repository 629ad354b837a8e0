"""What a patient said, signed and was told, as the gate asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clinic.content.delegation import delegations
from clinic.db.care import consents, screening
from clinic.db.care.gathered import Gathered, gathered
from clinic.db.practice.credentials import credentials
from clinic.db.unit import Unit
from clinic.domain.care.findings import COURSE, STANDING, Finding, Level, as_set
from clinic.domain.care.proposed import Facts, ProposedVisit
from clinic.domain.care.rules import judge_start
from clinic.domain.practice.delegation import delegated
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Cared:
    """What is known of a patient, and how the practice hears the rules on it."""

    known: Gathered

    @property
    def version(self) -> int:
        """That of the answers that stand; 0 while nobody asked."""
        return 0 if self.known.screening is None else self.known.screening.version

    def heard(self, findings: Iterable[Finding], plan: int | None, visit: int | None) -> list[Finding]:
        """The findings as the practice wants them, without what was set aside for the plan or the visit while what they
        rest on stood."""
        said = (self._based(as_set(each, self.known.levels)) for each in findings)
        return [each for each in said if not self._covers(each, plan, visit)]

    def _based(self, found: Finding) -> Finding:
        return found if found.rule in COURSE else found.resting_on(self.version)

    def _covers(self, found: Finding, plan: int | None, visit: int | None) -> bool:
        if found.level is not Level.OVERRIDE or found.rule not in STANDING | COURSE:
            return False
        return any(
            (rule, basis) == (found.rule, found.basis)
            and ((plan is not None and of == plan) or (visit is not None and at == visit))
            for of, at, rule, basis in self.known.covered
        )

    def contained(self, plan: int | None) -> frozenset[Modality] | None:
        """The ways of needling in the plan of care; None without a plan."""
        return None if plan is None else frozenset(self.known.planned.get(plan, ()))

    def delegated(self, location_id: int, on: date) -> bool:
        """Whether an assistant may needle there on that day."""
        return delegated(delegations(), self.known.laws[location_id], on)


def unready(unit: Unit, visit: Visit) -> list[Finding]:
    """What speaks against starting the visit's needling; nothing for a visit without."""
    if not visit.needles:
        return []
    staff = {part.staff_id for part in visit.stretches if part.staff_id is not None}
    cared = Cared(gathered(unit.connection, visit.patient_id, {visit.location_id}, staff))
    known = cared.known
    base = Facts(
        screening=known.screening,
        today=screening.on_day(unit.connection, visit.patient_id, known.screening, asked_on(visit)),
        consents=consents.of_patient(unit.connection, visit.patient_id),
        born_on=known.born_on,
        supervised=True,  # it was asked when the visit was booked
        delegated=cared.delegated(visit.location_id, asked_on(visit)),
        contained=cared.contained(visit.plan_id),
        red_flag=known.red_flag,
    )
    return cared.heard(_of_stretches(unit, visit, base, known), visit.plan_id, visit.id)


def _of_stretches(unit: Unit, visit: Visit, base: Facts, known: Gathered) -> list[Finding]:
    held = credentials(unit.connection, {part.staff_id for part in visit.stretches if part.staff_id is not None})
    said: list[Finding] = []
    for part in visit.stretches:
        proposed = ProposedVisit(
            starts=instant_of(visit.starts),
            tz=zone(visit.tz),
            modalities=part.modalities,
            targets=visit.targets,
            therapist=str(part.staff_id),
            jurisdiction=known.laws[visit.location_id],
        )
        assistant = part.staff_id in known.assistants
        own = replace(base, credentials=held.get(part.staff_id or 0, ()), assistant=assistant)
        said += [finding for finding in judge_start(proposed, own) if finding not in said]
    return said


def asked_on(visit: Visit) -> date:
    """The day whose answers count: the visit's own."""
    return local_date(instant_of(visit.starts), zone(visit.tz))
