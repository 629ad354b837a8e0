import pytest

from clinic.domain.courses.protocol import Reassess, Reassessing, When
from clinic.domain.courses.release import Released, added, offsets, waiting
from clinic.domain.errors import Invalid
from tests.unit.domain.courses.protocols import phase, protocol

THREE = protocol(
    phases=(phase(), phase("B", 2, when=When.RELEASED), phase("C", 1, when=When.RELEASED)),
    reassess=(Reassess(Reassessing.AFTER, 3), Reassess(Reassessing.AFTER, 5), Reassess(Reassessing.MONTH, 1)),
)


def test_the_phases_without_sessions_wait():
    assert [one.name for one in waiting(THREE, {"A", None})] == ["B", "C"]
    assert waiting(THREE, {"A", "B", "C"}) == ()


def test_its_sessions_come_behind_those_that_the_plan_has():
    given = added(THREE, {"A"}, "B", 3)
    assert [(one.ordinal, one.phase.name, one.reassess) for one in given] == [(4, "B", False), (5, "B", True)]


def test_a_later_phase_can_be_released_first():
    assert [one.ordinal for one in added(THREE, {"A"}, "C", 3)] == [4]
    assert [(one.ordinal, one.reassess) for one in added(THREE, {"A", "C"}, "B", 4)] == [(5, True), (6, False)]


@pytest.mark.parametrize(("name", "code"), [("D", "unknown_phase"), ("A", "phase_released")])
def test_only_a_phase_that_waits_is_released(name, code):
    with pytest.raises(Invalid, match=code) as refused:
        added(THREE, {"A"}, name, 3)
    assert refused.value.field == "phase"


def test_a_review_months_after_the_end_comes_later():
    assert offsets(THREE, {"A", None}) == (14 + 30,)
    assert offsets(THREE, {"A", "B"}) == (28 + 30,)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201, "two\nlines"])
def test_it_says_how_its_criterion_is_met(reason):
    with pytest.raises(Invalid) as refused:
        Released(1, 1, 1, "B", reason, added(THREE, {"A"}, "B", 3), (58,))
    assert refused.value.field == "why"
