"""Rules that rest on what the patient says on the day."""

from collections.abc import Iterator

from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.proposed import Facts, ProposedVisit


def today(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 8, 9, 28 and 36."""
    if facts.screening is None or facts.today is None:
        yield finding(36, "screening_not_today")
        return
    if facts.today.fever:
        yield finding(8, "fever_today")
    if visit.meets(facts.today.wounds):
        yield finding(9, "wound_there")
    if facts.today.too_sore and (not facts.today.sore or visit.meets(facts.today.sore)):
        yield finding(28, "still_sore", soreness=facts.today.soreness)
