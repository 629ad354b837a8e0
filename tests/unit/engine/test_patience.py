"""Where a search cannot end in time it gives the best course it has found, and says that it is not proven."""

import pytest

from clinic.engine import pairs, walk
from clinic.engine.candidates import candidates
from clinic.engine.course import Course
from clinic.engine.programme import programme
from clinic.engine.reach import possible
from clinic.engine.request import Apart, Gap, Step
from clinic.engine.spacing import search
from tests.unit.engine.problems import larger_problem
from tests.unit.engine.samples import course, kind

HARD = 48
"""A problem whose cheapest course takes thousands of starts to prove."""


def within(patience: int, monkeypatch: pytest.MonkeyPatch) -> Course | None:
    monkeypatch.setattr(walk, "PATIENCE", patience)
    _, request = larger_problem(HARD)
    return search(request, candidates(request))


def test_the_longer_the_search_the_cheaper_the_course_until_it_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [within(patience, monkeypatch) for patience in (20, 1000, 60_000)]
    courses = [each for each in found if each is not None]
    costs = [each.objective for each in courses]
    assert len(courses) > 2
    assert costs == sorted(costs, reverse=True)
    assert [each.proven for each in courses] == [False] * (len(courses) - 1) + [True]
    assert all(sum(sum(one.costs.values()) for one in each.sessions) == each.objective for each in courses)


def test_a_search_that_ends_before_it_found_a_course_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert within(1, monkeypatch) is None


def test_what_takes_too_long_to_find_is_not_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    _, request = larger_problem(HARD)
    assert possible(request)
    monkeypatch.setattr(walk, "HOPE", 3)
    assert not possible(request)


@pytest.mark.parametrize("most", [48, 1])
def test_a_bound_is_no_more_than_the_cheapest_course_costs(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "_MOST_BETWEEN", most)
    turn = Step(kind(), Gap(2, 3, 4), follows=0, apart=(Apart(0, minutes=2880),))
    request = course(steps=(Step(kind()), Step(kind(), Gap(1, 2, 3)), turn))
    found = candidates(request)
    cheapest = search(request, found)
    assert cheapest is not None
    assert 0 <= pairs.Pairs(request, found, programme(request, found)).least <= cheapest.objective
