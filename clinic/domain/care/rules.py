"""The safety gate: one function that says which rules speak against a visit.

The placer and the previews ask it, `apply` enforces its answer. The rules' numbers, sources and confidence are the
shipped rule list's; hours between needlings are hours of local wall time, from start to start.
"""

from clinic.domain.care.agreement import agreement
from clinic.domain.care.authority import authority
from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.progress import load, progress, report
from clinic.domain.care.proposed import LEAST_HOURS, Facts, Flares, Needling, ProposedVisit
from clinic.domain.care.spacing import RECHECK_DAYS, cap, recheck, rest, spacing
from clinic.domain.care.standing import standing
from clinic.domain.care.today import today

__all__ = [
    "LEAST_HOURS",
    "RECHECK_DAYS",
    "Facts",
    "Flares",
    "Needling",
    "ProposedVisit",
    "judge",
    "judge_patient",
    "judge_start",
]


def judge_patient(facts: Facts) -> tuple[Finding, ...]:
    """Whether anything may be planned for this patient at all."""
    found = []
    if facts.deceased:
        found.append(finding(0, "patient_deceased"))
    if facts.restricted:
        found.append(finding(0, "patient_restricted"))
    return tuple(found)


def judge(visit: ProposedVisit, facts: Facts) -> tuple[Finding, ...]:
    """Every rule that speaks against booking, in the order of their numbers; none for what may simply be booked."""
    found = list(judge_patient(facts))
    if visit.needling:
        found += authority(visit, facts)
        found += spacing(visit, facts)
        found += report(visit, facts)
        found += cap(visit, facts)
        found += progress(facts)
        found += standing(visit, facts)
    found += recheck(facts)
    found += rest(facts)
    found += load(facts)
    return tuple(sorted(found, key=lambda each: each.rule))


def judge_start(visit: ProposedVisit, facts: Facts) -> tuple[Finding, ...]:
    """Every rule that speaks against needling now, in the order of their numbers: what spoke at booking and may have
    come about since, what was agreed and what is said today; the facts' needlings are those that were done. Without
    needling a visit may always begin."""
    if not visit.needling:
        return ()
    found = [*judge_patient(facts), *progress(facts)]
    for rule in (authority, spacing, report, standing, agreement, today):
        found += rule(visit, facts)
    return tuple(sorted(found, key=lambda each: each.rule))
