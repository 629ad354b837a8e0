"""Rules of who agreed to needling, and to what."""

from collections.abc import Iterator

from clinic.domain.care.consents import Capacity, Consent, agreed, is_minor
from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.proposed import Facts, ProposedVisit
from clinic.domain.practice.body import is_thoracic


def agreement(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 1, 2, 3, 23 and 24."""
    if facts.answers.declines:
        yield finding(2, "needling_declined")
    given: list[Consent] = []
    for modality in visit.needling:
        found = agreed(facts.consents, modality, visit.targets)
        if found is None:
            yield finding(1, "consent_missing", modality=modality)
            return
        given += found
    if all(one.capacity is Capacity.PATIENT for one in given):
        yield from _others_sign(visit, facts)
    yield from _lung(visit, facts, given)


def _others_sign(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 3 and 23: for who cannot consent, or is too young, somebody else has to."""
    if facts.answers.cannot_consent:
        yield finding(3, "consent_not_by_proxy")
    if facts.born_on is not None and is_minor(facts.born_on, visit.on):
        yield finding(23, "consent_not_by_guardian")


def _lung(visit: ProposedVisit, facts: Facts, given: list[Consent]) -> Iterator[Finding]:
    """Rule 24: where the lung can be reached, its risk was told; a lung that was ill takes a reason."""
    if not visit.targets or any(is_thoracic(target.region) for target in visit.targets):
        if not all(one.lung_risk for one in given):
            yield finding(24, "lung_risk_untold")
        if facts.answers.lung_history:
            yield finding(24, "lung_was_ill")
