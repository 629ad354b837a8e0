"""Where a search cannot end in time it gives the best course it has found, and says that it is not proven."""

from dataclasses import replace

import pytest

from clinic.engine import explain, placement, relax, walk
from clinic.engine.calendars import Therapist
from clinic.engine.candidates import candidates
from clinic.engine.course import Course, NoCourse
from clinic.engine.kind import Reason
from clinic.engine.links import links_of
from clinic.engine.passage import Steps
from clinic.engine.placement import place
from clinic.engine.reach import Ground, passable
from clinic.engine.request import Gap, Step
from clinic.engine.spacing import search
from tests.unit.engine.problems import larger_problem
from tests.unit.engine.samples import course, hours, kind, practice

HARD = 80
"""A problem whose cheapest course takes hundreds of starts to prove while little is known of what is to come."""


def within(patience: int) -> Course | None:
    _, request = larger_problem(HARD)
    return search(request, candidates(request), patience)


def test_the_longer_the_search_the_cheaper_the_course_until_it_is_proven() -> None:
    found = [within(patience) for patience in (20, 100, 5000)]
    courses = [each for each in found if each is not None]
    costs = [each.objective for each in courses]
    assert len(courses) > 2
    assert costs == sorted(costs, reverse=True)
    assert [each.proven for each in courses] == [False] * (len(courses) - 1) + [True]
    assert all(sum(sum(one.costs.values()) for one in each.sessions) == each.objective for each in courses)


def test_a_search_that_ends_before_it_found_a_cheap_course_gives_any() -> None:
    course = within(1)
    assert course is not None
    assert not course.proven


def test_what_takes_too_long_to_find_is_not_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    _, request = larger_problem(HARD)
    links, ground = links_of(request), Ground(request)
    assert passable(request, ground, links, Steps(10_000))
    assert passable(request, ground, links, Steps(3)) is None
    monkeypatch.setattr(walk, "MOST_STEPS", 3)
    assert within(1) is None


def test_no_course_without_a_proof_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (placement, walk, explain):
        monkeypatch.setattr(module, "MOST_STEPS", 3)
    monkeypatch.setattr(walk, "A_GLANCE_OF_WORK", 0)
    monkeypatch.setattr(walk, "MOST_WORK", 0)
    answer = place(larger_problem(35)[1])
    assert isinstance(answer, NoCourse)
    assert (answer.proven, answer.complete) == (False, False)
    assert (answer.reason.code, answer.reason.params) == ("not_proven", {"session": 4})
    assert answer.doubt == answer.reason


def test_an_explanation_that_ends_early_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relax, "MOST_STEPS", 3)
    alone = course(practice(therapists=(Therapist("ann", hours([1])), Therapist("ben", 0))), sessions=2)
    answer = place(alone)
    assert isinstance(answer, NoCourse)
    assert (answer.proven, answer.complete) == (True, False)
    assert answer.reason.code == "no_course"
    assert answer.doubt == Reason("not_all_tried")
    assert replace(answer, complete=True).doubt is None
    unplaced = place(course(each=kind(staff=())))
    assert isinstance(unplaced, NoCourse)
    assert unplaced.reason.code == "nothing_found"
    assert unplaced.doubt == unplaced.reason


def test_a_bound_that_no_course_keeps_ends_the_search_before_it_begins() -> None:
    """The third must be two days after the first, and with the second in between there is none left."""
    first, second = Step(kind()), Step(kind(), Gap(2, 2, 2))
    request = course(steps=(first, second, Step(kind(), Gap(2, 2, 2), follows=0)))
    assert search(request, candidates(request)) is None
