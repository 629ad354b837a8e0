"""The engine against brute force on hundreds of small random problems, on thousands where there is time."""

from dataclasses import replace

import pytest

from clinic.engine.course import Course, NoCourse, Placed
from clinic.engine.placement import place
from clinic.engine.relax import relaxed
from clinic.engine.request import Request
from tests.unit.engine.oracle import Best, best_course
from tests.unit.engine.oracle_options import Rooms
from tests.unit.engine.problems import Setting, random_problem


@pytest.mark.oracle
@pytest.mark.parametrize("start", range(0, 300, 15))
def test_the_engine_finds_the_same_course_as_brute_force_with_the_same_ties(start: int) -> None:
    for seed in range(start, start + 15):
        check(seed)


@pytest.mark.prove
@pytest.mark.parametrize("start", range(0, 12_000, 500))
def test_the_engine_agrees_with_brute_force_at_length(start: int) -> None:
    for seed in range(start, start + 500):
        check(seed, explained=True)


@pytest.mark.prove
@pytest.mark.mutants
@pytest.mark.parametrize("start", range(0, 40, 5))
def test_the_engine_agrees_with_brute_force_on_a_few(start: int) -> None:
    for seed in range(start, start + 5):
        check(seed)


def check(seed: int, *, explained: bool = False) -> None:
    setting, request = random_problem(seed)
    best, answer = best_course(setting, request), place(request)
    if best is None:
        assert isinstance(answer, NoCourse)
        if explained or seed % 3 == 0:
            check_explanation(setting, request, answer)
    else:
        assert isinstance(answer, Course)
        assert as_best(request, answer) == best
        assert sum(sum(each.costs.values()) for each in answer.sessions) == answer.objective


def as_best(request: Request, course: Course) -> Best:
    therapists = [each.id for each in request.calendars.therapists]
    rooms = [each.id for each in request.calendars.rooms]

    def of(session: Placed) -> tuple[tuple[int, ...], tuple[int, ...], Rooms]:
        held = (
            (-1 if each.room is None else rooms.index(each.room), each.setup, each.cleanup) for each in session.parts
        )
        return (
            tuple(each.start - session.start for each in session.parts),
            tuple(therapists.index(each.therapist) for each in session.parts),
            tuple(held),
        )

    return Best(
        course.objective,
        tuple(each.start for each in course.sessions),
        tuple(therapists.index(each.therapist) for each in course.sessions),
        tuple(of(each) for each in course.sessions),
    )


def check_explanation(setting: Setting, request: Request, answer: NoCourse) -> None:
    """The named session is the first that fails, every day says why, and every relaxation works and is the least."""
    failed = answer.session
    assert best_course(setting, replace(request, steps=request.steps[:failed])) is None
    assert failed == 1 or best_course(setting, replace(request, steps=request.steps[: failed - 1])) is not None
    assert answer.window
    assert all(day.reasons for day in answer.window)
    for each in answer.relaxations:
        asked = relaxed(request, each.changes)
        assert as_best(asked, each.course) == best_course(setting, asked)
        for n, change in enumerate(each.changes):
            lesser = (*each.changes[:n], replace(change, days=change.days - 1), *each.changes[n + 1 :])
            narrow = change.code == "widen_gap" and change.days == request.gaps[(change.session or 0) - 2].max + 1
            if change.days > 1 and not narrow:
                assert best_course(setting, relaxed(request, lesser)) is None
