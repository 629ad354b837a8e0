"""When each rule speaks: as the clinical reference has it, and as the gate hears it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic.content import rules
from clinic.domain.care.findings import Stage
from clinic.domain.care.rules import Flares, Needling, judge, judge_start
from clinic.domain.care.screening import DayAnswers, Degree, Limb
from clinic.domain.practice.body import Region, Side
from tests.unit.domain.care.test_rules_of_care import (
    CHEST,
    CONSENT,
    CURRENT,
    LICENCES,
    MONDAY,
    NECK,
    READY,
    VISIT,
    saying,
)
from tests.unit.domain.care.test_rules_of_care import at as needling_of

PLAN, BOOK, START, CLOSE, SEND = Stage.PLAN, Stage.BOOK, Stage.START, Stage.CLOSE, Stage.SEND
TWICE = (BOOK, START)

# Credentials and standing contraindications block booking; consent, fever and today's screening the start; a needle
# is stopped at its start by whatever blocks or asks for a reason, unless the reference names another moment: 31 the
# next booking, 34 another day for the exercise, 35 the close, 37 and 38 what is recorded, 39 what is sent.
REFERENCE = {
    0: (PLAN, BOOK, START),
    **dict.fromkeys((1, 2, 3, 8, 9, 23, 24, 28, 36), (START,)),
    **dict.fromkeys((4, 5, 6, 7, 10, 11), TWICE),
    **dict.fromkeys(range(12, 23), TWICE),
    **dict.fromkeys((25, 26, 27, 29, 30, 32, 33), TWICE),
    **dict.fromkeys((31, 34, 40, 41), (BOOK,)),
    **dict.fromkeys((35, 37, 38), (CLOSE,)),
    39: (SEND,),
}


def told(**facts):
    return VISIT, replace(READY, **facts)


def said(visit=VISIT, **answers):
    return visit, saying(**answers)


def ago(hours):
    return told(needlings=(Needling((NECK,), MONDAY - timedelta(hours=hours)),))


SPEAKING = {
    0: told(deceased=True),
    1: told(consents=()),
    2: said(declines=True),
    3: said(cannot_consent=True),
    4: told(credentials=()),
    5: told(assistant=True),
    6: told(credentials=tuple(replace(one, provisional=True) for one in LICENCES)),
    7: told(contained=frozenset()),
    8: told(today=DayAnswers(fever=True)),
    9: told(today=DayAnswers(wounds=(Region.NECK,))),
    10: said(needling_of(), lymphoedema=(Limb.LEFT_ARM,)),
    11: told(red_flag=True),
    12: said(pacemaker=True),
    13: said(CURRENT, epilepsy=Degree.SEVERE),
    14: said(due_on=date(2027, 6, 14)),
    15: said(due_on=date(2027, 3, 8)),
    16: said(antithrombotics=True),
    17: said(bleeding=True),
    18: said(immune=True),
    19: said(diabetes=Degree.STEADY),
    20: said(implants=(Region.NECK,)),
    21: said(surgery_on=date(2026, 6, 16), surgery_regions=(Region.NECK,)),
    22: said(metal_allergy=Degree.STEADY),
    23: told(born_on=date(2010, 1, 1)),
    24: (needling_of(CHEST), replace(READY, consents=(replace(CONSENT, lung_risk=False),))),
    25: said(needling_of(replace(CHEST, side=Side.BOTH))),
    26: ago(23),
    27: ago(71),
    28: told(today=DayAnswers(soreness=4)),
    29: told(flares=Flares(2, 30, 8, 3)),
    30: told(stalled=3),
    31: told(needled=6, cap=6),
    32: told(overdue=3),
    33: said(competition_on=MONDAY.date()),
    34: told(loaded_hours=23),
    36: told(today=None),
    40: told(gap_days=29, gap_max=7),
    41: told(rest_days=1),
}

BESIDE = {13: {19}}
"""Epilepsy warns whatever it meets."""


def test_each_rule_has_the_stages_of_the_clinical_reference():
    assert {one.number: one.stages for one in rules.load()} == REFERENCE


@pytest.mark.parametrize("rule", sorted(SPEAKING))
def test_a_rule_speaks_at_its_stages_and_at_no_other(rule):
    visit, facts = SPEAKING[rule]
    booking, starting = (
        {one.rule for one in ask(visit, facts)} - BESIDE.get(rule, set()) for ask in (judge, judge_start)
    )
    assert booking == ({rule} if BOOK in REFERENCE[rule] else set())
    assert starting == ({rule} if START in REFERENCE[rule] else set())


def test_every_rule_of_the_gate_is_tried():
    of_the_gate = {rule for rule, stages in REFERENCE.items() if {BOOK, START} & set(stages)}
    assert of_the_gate == set(SPEAKING)
