"""Rules of who may needle."""

from collections.abc import Iterator

from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.proposed import Facts, ProposedVisit
from clinic.domain.practice.credentials import Authorised, authorises


def authority(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 4 to 6: the therapist's authority at the site, on its date, for the regions; an assistant needles only
    where the law lets him."""
    if facts.assistant and not facts.delegated:
        yield finding(5, "assistant_may_not")
    regions = tuple(dict.fromkeys(target.region for target in visit.targets))
    for modality in visit.needling:
        answer = authorises(
            facts.credentials, modality.skill, visit.jurisdiction, regions, visit.on, supervised=facts.supervised
        )
        if not isinstance(answer, Authorised):
            rule = 6 if answer.code == "credential_provisional" else 4
            yield finding(rule, answer.code, **answer.params)
