"""Rules that rest on how a course goes: what was planned, what was reported, and what the reassessment found."""

from collections.abc import Iterator
from typing import Final

from clinic.domain.care.findings import Finding, finding
from clinic.domain.care.proposed import Facts, ProposedVisit

FLARES: Final = 2
"""So many in a row ask for a reason: a configurable default without evidence."""
LOAD_HOURS: Final = 24
"""No heavy exercise of a needled muscle before (dcsltd.co.uk; findatopdoc.com)."""


def report(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 7 and 11: needling that the plan of care does not contain, and needling while a red flag is open."""
    if facts.contained is not None and not facts.contained.issuperset(visit.needling):
        yield finding(7, "needling_unplanned")
    if facts.red_flag:
        yield finding(11, "red_flag_open")


def progress(facts: Facts) -> Iterator[Finding]:
    """Rules 29, 30 and 32: after flares, without a change that matters, and with a reassessment overdue."""
    if facts.flares is not None and facts.flares.in_a_row >= FLARES:
        yield finding(29, "flared_again", times=facts.flares.in_a_row).resting_on(facts.flares.basis)
    elif facts.flares is not None and facts.flares.in_a_row and facts.flares.too_near:
        flares = facts.flares
        yield finding(29, "flared", days=flares.days, least=flares.least).resting_on(flares.basis)
    if facts.stalled is not None:
        yield finding(30, "change_too_small", number=facts.stalled).resting_on(facts.stalled)
    if facts.overdue is not None:
        yield finding(32, "reassessment_overdue", number=facts.overdue).resting_on(facts.overdue)


def load(facts: Facts) -> Iterator[Finding]:
    """Rule 34: heavy exercise of a needled muscle soon after the needling, in whichever visit it lies."""
    if facts.loaded_hours is not None and facts.loaded_hours < LOAD_HOURS:
        yield finding(34, "needled_muscle_loaded", hours=facts.loaded_hours)
