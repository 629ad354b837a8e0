"""Least costs over times of day, against brute force."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.engine.bitmap import Integers
from clinic.engine.nearby import later, nearby, nearby_later
from clinic.engine.request import NEVER

COSTS = st.lists(st.integers(0, 60), min_size=12, max_size=24).filter(lambda costs: len(costs) % 3 == 0)
STEPS = st.integers(-30, 30)
WEIGHTS = st.integers(0, 5)
QUARTERS = st.sampled_from((1, 3))


def column(costs: list[int]) -> Integers:
    return np.array(costs).reshape(-1, 1, 1)


def brute_force(costs: list[int], weight: int, quarter: int, allowed: Callable[[int, int], bool]) -> list[int]:
    """For each time the least of those allowed, each at its distance."""
    return [
        min(
            (cost + weight * -(-abs(at - to) // quarter) for to, cost in enumerate(costs) if allowed(at, to)),
            default=NEVER,
        )
        for at in range(len(costs))
    ]


@pytest.mark.thorough
@given(COSTS, WEIGHTS, QUARTERS)
@settings(derandomize=True, deadline=None, database=None)
def test_the_nearest_cheapest_time_is_found_in_a_few_passes(costs: list[int], weight: int, quarter: int) -> None:
    expected = brute_force(costs, weight, quarter, lambda at, to: True)
    assert nearby(column(costs), weight, quarter).ravel().tolist() == expected


@pytest.mark.thorough
@given(COSTS, STEPS)
@settings(derandomize=True, deadline=None, database=None)
def test_the_cheapest_time_that_is_late_enough_is_found(costs: list[int], steps: int) -> None:
    expected = brute_force(costs, 0, 1, lambda at, to: to >= at + steps)
    assert later(column(costs), steps).ravel().tolist() == expected


@pytest.mark.thorough
@given(COSTS, STEPS, WEIGHTS, QUARTERS)
@settings(derandomize=True, deadline=None, database=None)
def test_the_nearest_cheapest_time_that_is_late_enough_is_found(
    costs: list[int], steps: int, weight: int, quarter: int
) -> None:
    expected = brute_force(costs, weight, quarter, lambda at, to: to >= at + steps)
    assert nearby_later(column(costs), steps, weight, quarter).ravel().tolist() == expected
