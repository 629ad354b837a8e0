import pytest

from clinic.domain.care.findings import (
    CONFIGURABLE,
    ENFORCED,
    Finding,
    Level,
    Rule,
    Stage,
    as_set,
    choose_level,
    enforce,
    finding,
)
from clinic.domain.errors import Invalid, Refused
from clinic.domain.practice.evidence import Confidence

BLOCK = finding(31, "cap_reached", cap=6)
OVERRIDE = finding(27, "needled_recently", hours=50, least=72)
WARN = Finding(33, Level.WARN, Stage.BOOK, "competition_near")


def rule(**changes):
    values = {
        "number": 33,
        "level": Level.WARN,
        "stage": Stage.BOOK,
        "condition": "Competition within 48 hours",
        "consequence": "Warn",
        "source": "A trial",
        "confidence": (Confidence.OBSERVATIONAL,),
    }
    return Rule(**(values | changes))


def test_a_finding_takes_its_level_and_stage_from_its_rule():
    told = {"hours": 50, "least": 72}
    assert finding(27, "needled_recently", **told) == OVERRIDE
    assert Finding(27, Level.OVERRIDE, Stage.BOOK, "needled_recently", told) == OVERRIDE


def test_nothing_found_and_warnings_pass():
    assert enforce(()) == ()
    assert enforce((WARN,)) == ()


def test_a_block_is_refused_whatever_the_reason():
    with pytest.raises(Refused) as raised:
        enforce((OVERRIDE, BLOCK), reason="The patient insists")
    assert (raised.value.code, raised.value.rule) == ("cap_reached", 31)
    assert raised.value.params == {"rule": 31, "cap": 6, "overridable": False}


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_override_without_a_reason_is_refused_and_says_that_a_reason_helps(reason):
    with pytest.raises(Refused) as raised:
        enforce((WARN, OVERRIDE), reason=reason)
    assert (raised.value.code, raised.value.params["overridable"]) == ("needled_recently", True)


def test_an_override_with_a_reason_is_returned_for_the_record():
    assert enforce((WARN, OVERRIDE), reason="Different muscle, agreed") == (OVERRIDE,)


def test_a_rule_knows_whether_it_is_enforced():
    assert not rule(number=99).enforced
    level, stage = ENFORCED[26]
    assert rule(number=26, level=level, stage=stage).enforced


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": -1}, "number"),
        ({"condition": ""}, "condition"),
        ({"consequence": " "}, "consequence"),
        ({"source": ""}, "source"),
        ({"confidence": ()}, "confidence"),
        ({"number": 26, "level": Level.WARN}, "number"),
    ],
)
def test_a_rule_refuses_nonsense_and_a_level_other_than_the_one_enforced(changes, field):
    with pytest.raises(Invalid) as raised:
        rule(**changes)
    assert raised.value.field == field


def test_a_practice_chooses_the_level_of_a_rule_without_firm_ground_and_of_no_other():
    assert all(ENFORCED[number][0] in levels for number, levels in CONFIGURABLE.items())
    assert choose_level(14, Level.OVERRIDE) is Level.OVERRIDE
    for number, level in ((26, Level.WARN), (14, Level.WARN)):
        with pytest.raises(Invalid, match="rule_not_yours"):
            choose_level(number, level)


def test_the_chosen_level_holds_where_the_rule_speaks_at_its_usual_one():
    levels = {14: Level.OVERRIDE, 19: Level.OVERRIDE}
    assert as_set(finding(14, "pregnancy_early"), levels).level is Level.OVERRIDE
    assert as_set(finding(19, "varicose_there").at(Level.BLOCK), levels).level is Level.BLOCK
    assert as_set(finding(16, "antithrombotics_taken"), levels).level is Level.OVERRIDE
    assert as_set(OVERRIDE, {}) == OVERRIDE
