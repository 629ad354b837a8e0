"""How long work takes on this machine."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import TypeVar

Result = TypeVar("Result")


def measured(work: Callable[[], Result], *, runs: int, warm: int) -> tuple[Result, float]:
    """What the work gives, and the median of so many runs in milliseconds after those that warm up."""
    times: list[float] = []
    for _ in range(warm + runs):
        begun = perf_counter()
        result = work()
        times.append(perf_counter() - begun)
    return result, round(median(times[warm:]) * 1000, 4)
