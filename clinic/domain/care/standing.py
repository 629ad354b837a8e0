"""Rules that rest on what a patient said of his health, until he says otherwise."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from clinic.domain.care.findings import Finding, Level, finding
from clinic.domain.care.proposed import Facts, ProposedVisit
from clinic.domain.care.screening import Degree, Trimester, in_limb
from clinic.domain.practice.body import Region, Side, is_thoracic

AFTER_SURGERY: Final = timedelta(weeks=12)
COMPETITION: Final = timedelta(days=2)
WOMB: Final = frozenset({Region.LUMBAR, Region.ABDOMEN, Region.PELVIS_HIP})


def standing(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 10, 12 to 22, 25 and 33."""
    yield from _limbs(visit, facts)
    yield from _current(visit, facts)
    yield from _pregnancy(visit, facts)
    yield from _blood(facts)
    yield from _conditions(visit, facts)
    yield from _places(visit, facts)
    yield from _competition(visit, facts)


def _limbs(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rule 10."""
    limbs = facts.answers.lymphoedema
    near = any(in_limb(target, limb) for limb in limbs for target in visit.targets)
    if near or (limbs and not visit.targets):
        yield finding(10, "lymphoedema_there")


def _current(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 12 and 13: what a current must not meet; with a stimulator, needling without one takes a reason."""
    if facts.answers.pacemaker and visit.current:
        yield finding(12, "stimulator_and_current")
    elif facts.answers.pacemaker:
        yield finding(12, "stimulator_implanted").at(Level.OVERRIDE)
    if facts.answers.epilepsy is Degree.SEVERE and visit.current:
        yield finding(13, "epilepsy_and_current")


def _pregnancy(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 14 and 15, by where the pregnancy stands on the visit's day."""
    trimester = facts.answers.trimester(visit.on)
    if trimester is Trimester.FIRST:
        yield finding(14, "pregnancy_early")
    elif trimester is Trimester.LATER:
        near = visit.current or visit.meets(WOMB)
        yield finding(15, "pregnancy_and_womb" if near else "pregnancy_later")


def _blood(facts: Facts) -> Iterator[Finding]:
    """Rules 16 to 18."""
    if facts.answers.antithrombotics:
        yield finding(16, "antithrombotics_taken")
    if facts.answers.bleeding:
        yield finding(17, "bleeding_disorder")
    if facts.answers.immune:
        yield finding(18, "immune_weakened")


def _conditions(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 19 and 22: a warning, a reason where it is severe; never over varicose veins."""
    said = facts.answers
    if visit.meets(said.varicose):
        yield finding(19, "varicose_there").at(Level.BLOCK)
    for name in ("diabetes", "vascular", "epilepsy", "frailty"):
        degree = getattr(said, name)
        if degree is not Degree.NONE:
            yield _by_degree(19, "condition_steady", "condition_unstable", degree, condition=name)
    if said.metal_allergy is not Degree.NONE:
        yield _by_degree(22, "metal_allergy_mild", "metal_allergy_severe", said.metal_allergy)


def _by_degree(rule: int, steady: str, severe: str, degree: Degree, **params: object) -> Finding:
    if degree is Degree.SEVERE:
        return finding(rule, severe, **params).at(Level.OVERRIDE)
    return finding(rule, steady, **params)


def _places(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 20, 21 and 25: where something lies or was done, and both lungs at once."""
    said = facts.answers
    if visit.meets(said.implants) or (said.breast_implants and visit.meets({Region.THORAX})):
        yield finding(20, "implant_there")
    recent = said.surgery_on is not None and said.surgery_on <= visit.on < said.surgery_on + AFTER_SURGERY
    if recent and visit.meets(said.surgery_regions):
        yield finding(21, "surgery_recent", weeks=AFTER_SURGERY // timedelta(weeks=1))
    sides = {target.side for target in visit.targets if is_thoracic(target.region)}
    if Side.BOTH in sides or {Side.LEFT, Side.RIGHT} <= sides:
        yield finding(25, "thorax_both_sides")


def _competition(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rule 33."""
    day = facts.answers.competition_on
    if day is not None and visit.on <= day <= visit.on + COMPETITION:
        yield finding(33, "competition_near", day=day)
