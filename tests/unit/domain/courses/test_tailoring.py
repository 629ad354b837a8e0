from dataclasses import replace

import pytest

from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.domain.courses.protocol_edit import PRACTICE
from clinic.domain.courses.tailoring import Measure, tailored
from clinic.domain.errors import Invalid
from tests.unit.domain.courses.protocols import EXERCISE, NEEDLING, phase, protocol

PLAIN = protocol()


def test_without_a_measure_a_protocol_stays_as_it_is():
    assert tailored(PLAIN, {"Z": Measure(5)}) == PLAIN


def test_the_number_of_sessions_is_the_patients_and_says_so():
    first, second = tailored(PLAIN, {"A": Measure(sessions=4)}).phases
    assert (first.sessions, second) == (4, PLAIN.phases[1])
    assert [each.source for each in first.evidence if "sessions" in each.of] == [PRACTICE]


@pytest.mark.parametrize(("days", "gaps"), [(6, (5, 6, 10)), (3, (3, 3, 10)), (14, (5, 14, 14))])
def test_a_rhythm_beyond_the_limits_moves_them(days, gaps):
    first = tailored(PLAIN, {"A": Measure(gap_days=days)}).phases[0]
    assert (first.gap_min, first.gap_ideal, first.gap_max) == gaps


def test_components_can_be_left_out_but_not_all():
    assert tailored(PLAIN, {"A": Measure(without=frozenset({0}))}).phases[0].components == (EXERCISE,)
    assert tailored(PLAIN, {"A": Measure(without=frozenset({0, 1}))}) == PLAIN


def test_what_comes_first_then_is_apart_from_nothing():
    apart = replace(EXERCISE, apart=True, wait_minutes=10)
    asked = replace(PLAIN, phases=(phase(components=(NEEDLING, apart)), PLAIN.phases[1]))
    assert tailored(asked, {"A": Measure(without=frozenset({0}))}).phases[0].components == (EXERCISE,)


def test_a_reassessment_is_held_in_the_last_session_at_the_latest():
    points = (Reassess(Reassessing.AFTER, 3), Reassess(Reassessing.AFTER, 5), Reassess(Reassessing.WEEK, 6))
    short = {"A": Measure(sessions=1), "B": Measure(sessions=1)}
    found = tailored(replace(PLAIN, reassess=points), short)
    assert found.reassess == (Reassess(Reassessing.AFTER, 2), Reassess(Reassessing.WEEK, 6))


@pytest.mark.parametrize("beyond", [{"sessions": 0}, {"sessions": 61}, {"gap_days": 0}, {"gap_days": 366}])
def test_a_measure_has_limits(beyond):
    with pytest.raises(Invalid):
        Measure(**beyond)
