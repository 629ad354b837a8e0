import pytest

from clinic.domain.courses.intake import NOTHING, Factor, Intake
from clinic.domain.errors import Invalid


def test_an_intake_may_leave_everything_open():
    assert Intake("", None, "", "", ()) == NOTHING


def test_severity_is_between_no_pain_and_the_worst():
    assert [Intake(severity=each, factors=(Factor.POSTURE,)).severity for each in (0, 10)] == [0, 10]
    for beyond in (-1, 11):
        with pytest.raises(Invalid):
            Intake(severity=beyond)


@pytest.mark.parametrize("told", [{"complaint": "x" * 2001}, {"health": "x" * 2001}, {"duration": "a\nb"}])
def test_what_is_told_has_limits(told):
    with pytest.raises(Invalid) as refused:
        Intake(**told)
    assert refused.value.field in told
