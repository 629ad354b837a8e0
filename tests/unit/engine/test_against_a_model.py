"""The engine against a mixed-integer program, on courses too large for brute force. The solver runs in a process of its
own, so that it cannot disturb other tests."""

import json
import subprocess
import sys

import pytest

from clinic.engine.course import NoCourse
from clinic.engine.placement import place
from tests.unit.engine.problems import larger_problem

AT_ONCE = 20
UNKNOWN = -1


@pytest.mark.oracle
@pytest.mark.parametrize("start", range(0, 300, AT_ONCE))
def test_a_course_costs_what_a_mixed_integer_program_says(start: int) -> None:
    check(range(start, start + AT_ONCE))


@pytest.mark.prove
@pytest.mark.parametrize("start", range(300, 3300, AT_ONCE))
def test_a_course_costs_what_a_mixed_integer_program_says_at_length(start: int) -> None:
    check(range(start, start + AT_ONCE))


def check(seeds: range) -> None:
    command = [sys.executable, "-m", "tests.unit.engine.model", *map(str, seeds)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    known = [(seed, expected) for seed, expected in zip(seeds, told, strict=True) if expected != UNKNOWN]
    proven = [agrees(seed, expected) for seed, expected in known]
    assert len(known) > len(told) // 2
    assert proven.count(False) <= 1


def agrees(seed: int, expected: int | None) -> bool:
    """Whether the course that costs what is expected is proven; one that is not may cost more."""
    _, request = larger_problem(seed)
    course = place(request)
    if isinstance(course, NoCourse):
        assert expected is None or not course.proven, seed
    else:
        assert expected is not None, seed
        assert course.objective == expected or (course.objective > expected and not course.proven), seed
    return course.proven
