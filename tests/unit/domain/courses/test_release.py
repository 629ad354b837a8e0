import pytest

from clinic.domain.courses.outline import given, held_up
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


MIDDLE = protocol(
    phases=(
        phase(),
        phase("B", 2, when=When.RELEASED),
        phase("C", 1),
        phase("D", 1, when=When.RELEASED),
        phase("E", 1),
    ),
    reassess=(Reassess(Reassessing.AFTER, 6), Reassess(Reassessing.MONTH, 1)),
)


def test_what_comes_behind_a_phase_that_waits_keeps_its_place():
    assert [one.name for one in given(MIDDLE)] == ["A"]
    assert held_up(MIDDLE) == {"C": "B", "E": "D"}
    assert [one.name for one in given(MIDDLE, {"B"})] == ["A", "B", "C"]
    assert held_up(MIDDLE, {"B"}) == {"E": "D"}
    assert [one.name for one in given(MIDDLE, {"B", "D"})] == ["A", "B", "C", "D", "E"]
    assert held_up(MIDDLE, {"B", "D"}) == {}


def test_a_phase_that_is_released_takes_those_along_that_waited_for_it_alone():
    found = added(MIDDLE, {"A"}, "B", 3)
    assert [(one.ordinal, one.phase.name, one.reassess) for one in found] == [
        (4, "B", False),
        (5, "B", False),
        (6, "C", True),
    ]
    assert [one.phase.name for one in added(MIDDLE, {"A", "B", "C"}, "D", 6)] == ["D", "E"]
    assert Released(1, 1, 1, "B", "better", found, ()).phases == ("B", "C")


def test_a_phase_can_be_left_out_and_what_follows_it_given():
    assert [one.phase.name for one in added(MIDDLE, {"A"}, "C", 3)] == ["C"]
    assert [one.name for one in given(MIDDLE, {"C"})] == ["A", "C"]
    assert [one.phase.name for one in added(MIDDLE, {"A", "C"}, "B", 4)] == ["B", "B"]
    assert held_up(MIDDLE, {"C"}) == {"E": "D"}
    assert [one.phase.name for one in added(MIDDLE, {"A"}, "D", 3)] == ["D", "E"]


def test_before_the_first_phase_that_is_given_nothing_is_held_up():
    first = protocol(phases=(phase("O", 1, when=When.RELEASED), phase()))
    assert [one.name for one in given(first)] == ["A"]
    assert held_up(first) == {}


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
