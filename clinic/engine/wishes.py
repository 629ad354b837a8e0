"""What the starts of a session cost by themselves: hour and weekday, therapist, company, and lying where it was not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import TICK_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.horizon import Horizon
from clinic.engine.request import QUARTER_MINUTES, Request, Step, Was, Weights

BESIDE_TICKS = 3
"""A visit is beside another when at most so many ticks lie between them."""


def therapist_cost(request: Request, step: Step, therapist: str) -> int:
    """What a lead therapist costs for not being as wished, or not the one who has the session so far."""
    same = step.was is None or step.was.therapist == therapist
    return 0 if same and request.prefer.meets(therapist) else request.weights.other_therapist


def start_costs(request: Request, used: Integers, ticks: int) -> Integers:
    """What the weekday and time of day of offered starts cost, for visits of so many ticks; `used` are their places."""
    horizon, prefer, weights = request.calendars.horizon, request.prefer, request.weights
    cost = np.zeros(len(used), np.int64)
    if prefer.minutes is not None:
        begin, end = prefer.minutes
        minutes = horizon.minutes[used]
        outside = np.maximum(0, np.maximum(begin - minutes, minutes + ticks * TICK_MINUTES - end))
        cost = np.minimum(quarters_each(outside) * weights.tod_15min, weights.tod_cap)
    if prefer.weekdays is not None:
        weekday = (horizon.day[used] + horizon.first_on.weekday()) % 7
        cost[~np.isin(weekday, list(prefer.weekdays))] = weights.tod_cap
    return cost


def alone_costs(request: Request, used: Integers, ticks: int) -> Integers:
    """What it costs visits of so many ticks not to be right before or after one they should be beside."""
    beside = np.zeros(len(used), np.bool_)
    starts = request.calendars.horizon.starts[used] + request.calendars.horizon.first_tick
    for begins, ends in request.prefer.beside:
        beside |= (ends <= starts) & (starts <= ends + BESIDE_TICKS)
        beside |= (begins - BESIDE_TICKS <= starts + ticks) & (starts + ticks <= begins)
    return np.where(beside, 0, request.weights.alone)


def moved_costs(weights: Weights, horizon: Horizon, used: Integers, was: Was) -> Integers:
    """What it costs offered starts to lie on another day and at another time than the session does so far."""
    days = np.abs(horizon.day[used] - horizon.index(was.on))
    return days * weights.moved_day + quarters_each(np.abs(horizon.minutes[used] - was.minutes)) * weights.moved_15min


def quarters_each(minutes: NDArray[np.int64]) -> Integers:
    """The quarters of an hour begun in so many minutes, none of them negative."""
    return -(-minutes // QUARTER_MINUTES)


def lead_costs(request: Request, step: Step, rows: Sequence[int]) -> Integers:
    """`therapist_cost` of each of the therapists at these places; a column."""
    return np.array([[therapist_cost(request, step, request.calendars.therapists[row].id)] for row in rows])
