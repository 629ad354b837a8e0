"""Each rule that rests on what a patient said or signed: just in, just out, and at which level."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.domain.care.consents import Capacity, Consent
from clinic.domain.care.findings import ENFORCED, STANDING, Level, enforce
from clinic.domain.care.rules import Facts, ProposedVisit, judge, judge_start
from clinic.domain.care.screening import Answers, DayAnswers, Degree, Limb, Screening
from clinic.domain.errors import Refused
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.modality import Modality

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 9, 7, 10, tzinfo=BERLIN)
ON = MONDAY.date()
SAID = MONDAY
LICENCES = tuple(
    Credential(kind, "Board", "DE", "1", None, date(2026, 1, 1), date(2026, 12, 31))
    for kind in ("dry-needling", "electrical-needling")
)
NECK = Target(Region.NECK, Side.LEFT)
CHEST = Target(Region.THORAX, Side.LEFT)
VISIT = ProposedVisit(MONDAY, BERLIN, (Modality.DRY_NEEDLING, Modality.EXERCISE), (NECK,), "ada", "DE-BE")
CURRENT = replace(VISIT, modalities=(Modality.ELECTRICAL_NEEDLING,))
CONSENT = Consent(
    1, "c1", 1, Modality.DRY_NEEDLING, frozenset(), True, Capacity.PATIENT, datetime(2026, 9, 1, tzinfo=BERLIN), "Ada"
)
READY = Facts(
    credentials=LICENCES,
    screening=Screening(1, 1, Answers(), SAID),
    today=DayAnswers(),
    consents=(CONSENT, replace(CONSENT, id=2, modality=Modality.ELECTRICAL_NEEDLING)),
    born_on=date(1980, 1, 1),
)


def at(*targets, visit=VISIT):
    return replace(visit, targets=targets)


def saying(**answers):
    return replace(READY, screening=Screening(1, 1, Answers(**answers), SAID))


def told(findings):
    return [(one.rule, one.code, one.level) for one in findings]


def test_nothing_speaks_against_a_healthy_patient_who_agreed_and_was_asked_today():
    assert judge(VISIT, READY) == judge_start(VISIT, READY) == ()
    assert judge(CURRENT, READY) == judge_start(CURRENT, READY) == ()


STANDING_RULES = [
    # rule, answers, code, level, the visit it speaks to, and one just beside it
    (10, {"lymphoedema": (Limb.LEFT_ARM,)}, "lymphoedema_there", Level.BLOCK,
     at(Target(Region.ELBOW, Side.LEFT)), at(Target(Region.ELBOW, Side.RIGHT))),
    (10, {"lymphoedema": (Limb.RIGHT_LEG,)}, "lymphoedema_there", Level.BLOCK,
     at(Target(Region.KNEE, Side.BOTH)), at(Target(Region.ELBOW, Side.RIGHT))),
    (10, {"lymphoedema": (Limb.LEFT_ARM,)}, "lymphoedema_there", Level.BLOCK, at(), at(NECK)),
    (12, {"pacemaker": True}, "stimulator_and_current", Level.BLOCK, CURRENT, None),
    (12, {"pacemaker": True}, "stimulator_implanted", Level.OVERRIDE, VISIT, None),
    (13, {"epilepsy": Degree.SEVERE}, "epilepsy_and_current", Level.BLOCK, CURRENT, None),
    (14, {"due_on": date(2027, 6, 14)}, "pregnancy_early", Level.BLOCK, VISIT, None),
    (14, {"due_on": date(2027, 3, 9)}, "pregnancy_early", Level.BLOCK, VISIT, None),
    (15, {"due_on": date(2027, 3, 8)}, "pregnancy_later", Level.OVERRIDE, VISIT, None),
    (15, {"due_on": ON}, "pregnancy_and_womb", Level.OVERRIDE, at(Target(Region.LUMBAR, Side.BOTH)), None),
    (15, {"due_on": ON}, "pregnancy_and_womb", Level.OVERRIDE, CURRENT, None),
    (16, {"antithrombotics": True}, "antithrombotics_taken", Level.OVERRIDE, VISIT, None),
    (17, {"bleeding": True}, "bleeding_disorder", Level.OVERRIDE, VISIT, None),
    (18, {"immune": True}, "immune_weakened", Level.OVERRIDE, VISIT, None),
    (19, {"diabetes": Degree.STEADY}, "condition_steady", Level.WARN, VISIT, None),
    (19, {"vascular": Degree.SEVERE}, "condition_unstable", Level.OVERRIDE, VISIT, None),
    (19, {"epilepsy": Degree.STEADY}, "condition_steady", Level.WARN, CURRENT, None),
    (19, {"frailty": Degree.STEADY}, "condition_steady", Level.WARN, VISIT, None),
    (19, {"varicose": (Region.CALF,)}, "varicose_there", Level.BLOCK, at(Target(Region.CALF, Side.LEFT)), VISIT),
    (20, {"implants": (Region.KNEE,)}, "implant_there", Level.OVERRIDE, at(Target(Region.KNEE, Side.LEFT)), VISIT),
    (20, {"breast_implants": True}, "implant_there", Level.OVERRIDE, at(CHEST), VISIT),
    (21, {"surgery_on": date(2026, 6, 16), "surgery_regions": (Region.NECK,)}, "surgery_recent", Level.OVERRIDE,
     VISIT, at(Target(Region.KNEE, Side.LEFT))),
    (22, {"metal_allergy": Degree.STEADY}, "metal_allergy_mild", Level.WARN, VISIT, None),
    (22, {"metal_allergy": Degree.SEVERE}, "metal_allergy_severe", Level.OVERRIDE, VISIT, None),
    (25, {}, "thorax_both_sides", Level.OVERRIDE, at(replace(CHEST, side=Side.BOTH)), at(CHEST)),
    (25, {}, "thorax_both_sides", Level.OVERRIDE, at(CHEST, Target(Region.INTERSCAPULAR, Side.RIGHT)),
     at(CHEST, replace(NECK, side=Side.RIGHT))),
    (33, {"competition_on": date(2026, 9, 9)}, "competition_near", Level.WARN, VISIT, None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "answers", "code", "level", "visit", "beside"), STANDING_RULES)
def test_a_standing_answer_speaks_at_booking_and_at_the_start_where_it_should(
    rule, answers, code, level, visit, beside
):
    facts = saying(**answers)
    assert (rule, code, level) in told(judge(visit, facts))
    assert (rule, code, level) in told(judge_start(visit, facts))
    if beside is not None:
        assert rule not in [one.rule for one in judge(beside, facts)]
    unneedled = replace(visit, modalities=(Modality.MANUAL_THERAPY, Modality.EXERCISE))
    assert judge(unneedled, facts) == judge_start(unneedled, facts) == ()


@pytest.mark.parametrize(
    "answers",
    [
        {"due_on": date(2026, 9, 6)},
        {"due_on": date(2027, 6, 15)},
        {"surgery_on": date(2026, 6, 15), "surgery_regions": (Region.NECK,)},
        {"surgery_on": date(2026, 9, 8), "surgery_regions": (Region.NECK,)},
        {"competition_on": date(2026, 9, 10)},
        {"competition_on": date(2026, 9, 6)},
        {"lung_history": True},
        {"faints": True, "steroid_on": ON, "lymph_nodes": (Limb.LEFT_ARM,)},
    ],
)
def test_what_is_over_or_not_yet_or_only_to_be_known_says_nothing(answers):
    assert judge(VISIT, saying(**answers)) == ()


def test_a_stimulator_leaves_needling_by_hand_to_a_reason_and_controlled_epilepsy_a_current():
    assert [one.rule for one in judge(CURRENT, saying(epilepsy=Degree.STEADY))] == [19]


def started(visit=VISIT, facts=READY):
    return told(judge_start(visit, facts))


def test_without_consent_for_the_modality_and_every_region_needling_does_not_start():
    missing = [(1, "consent_missing", Level.BLOCK)]
    assert started(facts=replace(READY, consents=())) == missing
    assert started(facts=replace(READY, consents=(replace(CONSENT, withdrawn_at=MONDAY),))) == missing
    assert started(CURRENT, replace(READY, consents=(CONSENT,))) == missing
    knee = replace(CONSENT, regions=frozenset({Region.KNEE}))
    assert started(facts=replace(READY, consents=(knee,))) == missing
    neck = replace(CONSENT, id=3, regions=frozenset({Region.NECK}))
    both = at(NECK, Target(Region.KNEE, Side.LEFT))
    assert started(both, replace(READY, consents=(neck,))) == missing
    assert started(both, replace(READY, consents=(knee, neck))) == []
    assert started(at(), replace(READY, consents=(neck,))) == missing


def test_consent_blocks_the_start_and_not_the_booking():
    assert judge(VISIT, replace(READY, consents=(), screening=None, today=None)) == ()


@pytest.mark.parametrize("capacity", [Capacity.GUARDIAN, Capacity.PROXY])
def test_somebody_else_signs_for_who_is_too_young_or_cannot(capacity):
    signed = (replace(CONSENT, capacity=capacity),)
    young = replace(READY, born_on=date(2008, 9, 8))
    assert started(facts=young) == [(23, "consent_not_by_guardian", Level.BLOCK)]
    assert started(facts=replace(READY, born_on=date(2008, 9, 7))) == []
    assert started(facts=replace(young, consents=signed)) == []
    unable = saying(cannot_consent=True)
    assert started(facts=unable) == [(3, "consent_not_by_proxy", Level.BLOCK)]
    assert started(facts=replace(unable, consents=signed)) == []
    assert started(facts=replace(unable, born_on=None, consents=signed)) == []


def test_near_the_lung_its_risk_was_told_and_a_lung_that_was_ill_takes_a_reason():
    untold = replace(READY, consents=(replace(CONSENT, lung_risk=False),))
    assert started(at(CHEST), untold) == [(24, "lung_risk_untold", Level.OVERRIDE)]
    assert started(facts=untold) == []
    ill = saying(lung_history=True)
    assert started(at(CHEST), ill) == [(24, "lung_was_ill", Level.OVERRIDE)]
    assert started(at(), ill) == [(24, "lung_was_ill", Level.OVERRIDE)]
    assert started(facts=ill) == []


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (None, [(36, "screening_not_today", Level.BLOCK)]),
        (DayAnswers(fever=True), [(8, "fever_today", Level.BLOCK)]),
        (DayAnswers(wounds=(Region.NECK,)), [(9, "wound_there", Level.BLOCK)]),
        (DayAnswers(wounds=(Region.KNEE,)), []),
        (DayAnswers(soreness=4), [(28, "still_sore", Level.OVERRIDE)]),
        (DayAnswers(soreness=3), []),
        (DayAnswers(soreness=1, settled=False), [(28, "still_sore", Level.OVERRIDE)]),
        (DayAnswers(soreness=8, sore=(Region.NECK,)), [(28, "still_sore", Level.OVERRIDE)]),
        (DayAnswers(soreness=8, sore=(Region.KNEE,)), []),
    ],
)
def test_the_answers_of_the_day_speak_at_the_start(today, said):
    assert started(facts=replace(READY, today=today)) == said
    assert judge(VISIT, replace(READY, today=today)) == ()


def test_answers_of_the_day_without_standing_ones_are_none():
    assert started(facts=replace(READY, screening=None)) == [(36, "screening_not_today", Level.BLOCK)]


def test_who_does_not_want_needles_is_not_needled():
    assert started(facts=saying(declines=True)) == [(2, "needling_declined", Level.BLOCK)]


def test_who_may_not_needle_does_not_start_it_either():
    assert (4, "credential_missing", Level.BLOCK) in started(facts=replace(READY, credentials=()))


def test_every_rule_here_blocks_or_takes_a_reason_as_its_level_says():
    for rule, answers, code, level, visit, _ in STANDING_RULES:
        found = [one for one in judge(visit, saying(**answers)) if one.rule == rule]
        if level is Level.BLOCK:
            with pytest.raises(Refused, match=code):
                enforce(found, reason="Because")
        elif level is Level.OVERRIDE:
            with pytest.raises(Refused, match=code):
                enforce(found)
            assert enforce(found, reason="Agreed with the physician")
        else:
            assert enforce(found) == ()


def test_what_rests_on_standing_answers_is_enforced():
    assert set(ENFORCED) >= STANDING
