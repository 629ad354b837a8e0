"""What a patient said, signed and was told, as the gate asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clinic.content.delegation import delegations
from clinic.db.care.gathered import Gathered
from clinic.domain.care.findings import COURSE, SPACED, STANDING, Finding, Level, as_set
from clinic.domain.practice.delegation import delegated
from clinic.domain.practice.modality import Modality


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
        return found if found.rule in COURSE | SPACED else found.resting_on(self.version)

    def _covers(self, found: Finding, plan: int | None, visit: int | None) -> bool:
        if found.level is not Level.OVERRIDE:
            return False
        if found.rule in SPACED:
            own = [basis for _, at, rule, basis in self.known.covered if (at, rule) == (visit, found.rule)]
            return visit is not None and any(basis <= found.basis for basis in own)
        if found.rule not in STANDING | COURSE:
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
