"""Least costs over times of day: of any time, of times far enough on, of times that cost their distance."""

import numpy as np

from clinic.engine.bitmap import Integers
from clinic.engine.request import NEVER

# The first axis of every array is the time of day.


def later(cost: Integers, steps: int) -> Integers:
    """For each time the least cost of the times that are at least so many steps after it; before it, if negative."""
    least = np.minimum.accumulate(cost[::-1])[::-1]
    begin = np.maximum(np.arange(len(cost)) + steps, 0)
    found = least[np.minimum(begin, len(cost) - 1)]
    found[begin >= len(cost)] = NEVER
    return found


def nearby(cost: Integers, weight: int, quarter: int) -> Integers:
    """For each time the least cost of any time, and `weight` for each quarter of an hour begun between the two. A
    quarter is so many times, and the times are whole quarters. Takes the same few passes however many they are."""
    return np.minimum(_before(cost, weight, quarter), _before(cost[::-1], weight, quarter)[::-1])


def _before(cost: Integers, weight: int, quarter: int) -> Integers:
    """The same with times that are no later."""
    least = cost.copy()
    for steps in range(1, quarter):
        np.minimum(least[steps:], cost[:-steps], out=least[steps:])
    # Now the least of the quarter that ends here; then of those whole quarters before it, each at its distance.
    by_quarter = least.reshape(-1, quarter, *cost.shape[1:])
    distance = (np.arange(len(by_quarter)) * weight).reshape(-1, *[1] * cost.ndim)
    by_quarter -= distance
    np.minimum.accumulate(by_quarter, axis=0, out=by_quarter)
    by_quarter += distance
    return np.concatenate((cost[:1], np.minimum(cost[1:], least[:-1] + weight)))


def nearby_later(cost: Integers, steps: int, weight: int, quarter: int) -> Integers:
    """`nearby` among the times that are at least so many steps after each."""
    found = np.full_like(cost, NEVER)
    for time in range(len(cost)):
        begin = max(0, time + steps)
        if begin < len(cost):
            apart = np.abs(np.arange(begin, len(cost)) - time)
            spent = -(-apart // quarter) * weight
            found[time] = (cost[begin:] + spent.reshape(-1, *[1] * (cost.ndim - 1))).min(0)
    return found
