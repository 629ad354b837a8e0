"""Each rule that rests on the plan, on what was reported, on how a course went: just in, just out, at which level."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.domain.care.findings import Level, Stage, enforce
from clinic.domain.care.rules import Facts, Flares, ProposedVisit, judge, judge_start
from clinic.domain.errors import Invalid, Refused
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.delegation import Delegation, delegated
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 9, 7, 10, tzinfo=BERLIN)
NEEDLING = (Modality.DRY_NEEDLING, Modality.EXERCISE)
VISIT = ProposedVisit(MONDAY, BERLIN, NEEDLING, (Target(Region.NECK, Side.LEFT),), "ada", "US-FL")
GOOD = Facts(credentials=(Credential("dry-needling", "Board", "US-FL", "1", None, date(2026, 1, 1)),))
BOTH = frozenset({Modality.DRY_NEEDLING, Modality.ELECTRICAL_NEEDLING})

RULES = [
    # rule, what makes it speak, and what just does not; code, level
    (5, {"assistant": True}, {"assistant": True, "delegated": True}, "assistant_may_not", Level.BLOCK),
    (5, {"assistant": True}, {"delegated": True}, "assistant_may_not", Level.BLOCK),
    (7, {"contained": frozenset()}, {"contained": None}, "needling_unplanned", Level.BLOCK),
    (
        7,
        {"contained": frozenset({Modality.ELECTRICAL_NEEDLING})},
        {"contained": BOTH},
        "needling_unplanned",
        Level.BLOCK,
    ),
    (11, {"red_flag": True}, {"red_flag": False}, "red_flag_open", Level.BLOCK),
    (29, {"flares": Flares(1, 7, 8, 3)}, {"flares": Flares(1, 8, 8, 3)}, "flared", Level.OVERRIDE),
    (29, {"flares": Flares(2, 30, 8, 3)}, {"flares": Flares(1, 30, 8, 3)}, "flared_again", Level.OVERRIDE),
    (29, {"flares": Flares(3, 1, None, 3)}, {"flares": Flares(1, 1, None, 3)}, "flared_again", Level.OVERRIDE),
    (30, {"stalled": 3}, {"stalled": None}, "change_too_small", Level.OVERRIDE),
    (32, {"overdue": 3}, {"overdue": None}, "reassessment_overdue", Level.OVERRIDE),
    (34, {"loaded_hours": 23}, {"loaded_hours": 24}, "needled_muscle_loaded", Level.WARN),
    (34, {"loaded_hours": 0}, {"loaded_hours": None}, "needled_muscle_loaded", Level.WARN),
]


@pytest.mark.parametrize(("rule", "inside", "outside", "code", "level"), RULES)
def test_a_rule_of_the_course_speaks_at_booking_just_where_it_should(rule, inside, outside, code, level):
    (found,) = judge(VISIT, replace(GOOD, **inside))
    assert (found.rule, found.code, found.level, found.stage) == (rule, code, level, Stage.BOOK)
    assert judge(VISIT, replace(GOOD, **outside)) == ()


@pytest.mark.parametrize(("rule", "inside", "outside", "code", "level"), RULES)
def test_only_what_blocks_cannot_be_set_aside(rule, inside, outside, code, level):
    found = judge(VISIT, replace(GOOD, **inside))
    if level is Level.BLOCK:
        with pytest.raises(Refused):
            enforce(found, reason="The patient insists")
    else:
        assert len(enforce(found, reason="The patient insists")) == (level is Level.OVERRIDE)


@pytest.mark.parametrize(("rule", "inside", "outside", "code", "level"), RULES)
def test_visits_without_needles_are_left_alone_but_for_what_they_train(rule, inside, outside, code, level):
    exercise = replace(VISIT, modalities=(Modality.EXERCISE,))
    assert [one.rule for one in judge(exercise, replace(GOOD, **inside))] == ([34] if rule == 34 else [])


def test_what_blocks_a_booking_for_its_plan_its_report_or_its_therapist_blocks_the_start_too():
    facts = replace(GOOD, assistant=True, contained=frozenset(), red_flag=True)
    assert {5, 7, 11} <= {one.rule for one in judge_start(VISIT, facts)}
    assert judge_start(replace(VISIT, modalities=(Modality.MANUAL_THERAPY,)), facts) == ()


def test_what_rests_on_the_course_names_the_news_it_rests_on():
    facts = replace(GOOD, flares=Flares(2, 7, 8, 31), stalled=3, overdue=5)
    assert [(one.rule, one.basis) for one in judge(VISIT, facts)] == [(29, 31), (30, 3), (32, 5)]


def says(jurisdiction, allowed, **dates):
    return Delegation(jurisdiction, allowed, "A statute", Confidence.LAW, **dates)


def test_an_assistant_needles_only_where_the_nearest_rule_of_that_day_lets_him():
    on, later = MONDAY.date(), date(2026, 9, 8)
    assert not delegated((), "US-FL", on)
    assert delegated((says("US", True),), "US-FL", on)
    assert not delegated((says("US", True), says("US-FL", False)), "US-FL", on)
    assert not delegated((says("US-FL", True), says("US-FL", False)), "US-FL", on)
    assert not delegated((says("US-F", True), says("US-FL", True, valid_from=later)), "US-FL", on)
    assert delegated((says("US-FL", True, valid_from=on, valid_until=on),), "US-FL", on)
    assert not delegated((says("US-FL", True, valid_until=on),), "US-FL", later)
    with pytest.raises(Invalid):
        says("US-FL", True, valid_from=later, valid_until=on)
