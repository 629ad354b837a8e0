"""Rules of how far visits are apart, and how many there are."""

from collections.abc import Iterator
from datetime import timedelta

from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.proposed import LEAST_HOURS, Facts, ProposedVisit
from clinic.domain.courses.sequence import REST_DAYS
from clinic.domain.practice.body import share_a_region

RECHECK_DAYS = 21
"""So many days beyond the longest gap that was planned: a configurable default without evidence."""


def spacing(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 26 and 27: the nearest other needling of the same region."""
    near = [other for other in facts.needlings if share_a_region(visit.targets, other.targets)]
    apart = min((other.apart(visit.starts, visit.tz) for other in near), default=None)
    if apart is None or apart >= timedelta(hours=visit.floor_hours):
        return
    hours = apart // timedelta(hours=1)
    if apart < timedelta(hours=LEAST_HOURS):
        yield finding(26, "needled_within_a_day", hours=hours, least=LEAST_HOURS)
    else:
        yield finding(27, "needled_recently", hours=hours, least=visit.floor_hours).resting_on(hours)


def cap(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rule 31: no further needling session beyond the cap before a review."""
    if not visit.pencilled and not facts.reviewed and facts.cap is not None and facts.needled >= facts.cap:
        yield finding(31, "cap_reached", cap=facts.cap)


def recheck(facts: Facts) -> Iterator[Finding]:
    """Rule 40: after a break that is much longer than planned, the course is looked at before it goes on."""
    if facts.gap_days is not None and facts.gap_max is not None and facts.gap_days > facts.gap_max + RECHECK_DAYS:
        yield finding(40, "recheck_first", days=facts.gap_days, most=facts.gap_max)


def rest(facts: Facts) -> Iterator[Finding]:
    """Rule 41: between two strength exercises of one muscle group lies a day at least."""
    if facts.rest_days is not None and facts.rest_days < REST_DAYS:
        yield finding(41, "muscles_loaded_near", days=facts.rest_days, least=REST_DAYS)
