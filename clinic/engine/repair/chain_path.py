"""One course by itself: the cheapest options for its sessions, exact, on whatever is free."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.repair.courses import Entries
from clinic.engine.repair.values import Chain, MoveWeights, Spacing

FAR = 1 << 60  # dearer than any course


class _Stage(NamedTuple):
    """The entries one session may have, by their index, and what a course up to each of them costs."""

    entry: Integers
    total: Integers
    before: Integers


def cheapest(chain: Chain, entries: Entries, candidates: Sequence[Integers], weights: MoveWeights) -> list[int] | None:
    """For each session the entry of a cheapest course, of ties one whose last session is earliest in the candidates'
    order, and so back; None where no entries keep the gaps. Candidates come by day, of each day the cheapest first."""
    stages: list[_Stage] = []
    for n, offered in enumerate(candidates):
        timed = any(each.least_minutes for each in chain.spacings[n : n + 2])
        entry = offered if timed else _best_of_days(entries, offered)
        total, before = entries.cost[entry], np.zeros(len(entry), np.int64)
        if n and len(entry):
            total, before = _after(stages[-1], entry, entries, chain.spacings[n], weights)
        kept = total < FAR
        if not kept.any():
            return None
        stages.append(_Stage(entry[kept], total[kept], before[kept]))
    at = int(np.argmin(stages[-1].total))
    path: list[int] = []
    for stage in reversed(stages):
        path.append(int(stage.entry[at]))
        at = int(stage.before[at])
    return path[::-1]


def _best_of_days(entries: Entries, offered: Integers) -> Integers:
    """Of each day the first; a day that is left out by itself."""
    day = entries.day[offered] * 2 + (entries.kind[offered] < 0)
    first = np.ones(len(day), bool)
    np.not_equal(day[1:], day[:-1], out=first[1:])
    return offered[first]


def _after(
    last: _Stage, entry: Integers, entries: Entries, spacing: Spacing, weights: MoveWeights
) -> tuple[Integers, Integers]:
    """What a course up to each entry costs, and which of the stage before it then follows."""
    days = entries.day[entry][None, :] - entries.day[last.entry][:, None]
    real = (entries.kind[entry] >= 0)[None, :] & (entries.kind[last.entry] >= 0)[:, None]
    wait = days * DAY_MINUTES + entries.minutes[entry][None, :] - entries.minutes[last.entry][:, None]
    fits: NDArray[np.bool_] = (spacing.min <= days) & (days <= spacing.max)
    fits &= ~real | (wait >= spacing.least_minutes)
    gap = np.abs(days - spacing.ideal) * weights.gap_day * real
    total = np.where(fits, last.total[:, None] + gap, FAR)
    before = np.argmin(total, axis=0)
    # Left apart from the minimum, a cost that is FAR stays so.
    found = total[before, np.arange(len(entry))]
    return np.where(found < FAR, found + entries.cost[entry], FAR), before
