"""The engine against a mixed-integer program, on courses too large for brute force. The solver runs in a process of its
own, so that it cannot disturb other tests."""

import json
import subprocess
import sys

import pytest

from clinic.engine.course import Course
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
    assert len(known) > len(told) // 2
    for seed, expected in known:
        answer = place(larger_problem(seed)[1])
        assert (answer.objective if isinstance(answer, Course) else None) == expected, seed
        assert answer.proven, seed
