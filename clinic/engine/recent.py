"""A bound for courses in which sessions depend on more than the one before them: the exact programme over the days of
the last few sessions, and of what is weighed from one time of day to the next. It leaves out floors in hours as far as
a time of day can make up for them, and whatever lies further back."""

from collections.abc import Sequence

import numpy as np

from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.lessons import recalled
from clinic.engine.nearby import nearby
from clinic.engine.programme import Programme
from clinic.engine.request import NEVER, Request
from clinic.engine.rhythms import Rhythms, since

_AT_ONCE = 40_000  # bounds the memory that many rhythms take
_MOST_BACK = 5
"""So many sessions before one are looked back to at most."""


class Recent:
    """`ahead`: for each session the least that all after it cost, by the rhythm that it ends, its time of day, its
    therapist row and day of its window; empty where more than `most_work` sums would be needed. A `timed` one tells
    times of day apart; else there is one that stands for any."""

    def __init__(
        self, request: Request, candidates: Candidates, programme: Programme, depth: int, most_work: int, *, timed: bool
    ) -> None:
        self.request, self.links, self.windows = request, candidates.links, candidates.links.windows
        dial = candidates.dial
        self.quarter = dial.quarter if dial and timed else 0
        self.own = [own[0] if timed else own[0].min(0, keepdims=True) for own in programme.own]
        places, turn = [own.size for own in self.own], dial.span if dial else 0
        self.rhythms = Rhythms(request, self.links, depth, places, turn, most_work)
        self.ahead: list[Integers] = []
        if len(self.rhythms.spaces) == len(self.own):
            self.ahead = [np.zeros((len(self.rhythms.spaces[-1]), *self.own[-1].shape), np.int64)]
            for n in reversed(range(len(self.own) - 1)):
                self.ahead.insert(0, self._ahead(n, self.ahead[0]))

    @property
    def least(self) -> int:
        """The least that any course costs; `NEVER` where there is none."""
        return min(int((self.own[0] + self.ahead[0][0]).min(initial=NEVER)), NEVER) if self.ahead else 0

    def after(self, days: range, before: Sequence[int]) -> Integers:
        """What all after the session that comes next to those on the days before cost at least, by time of day,
        therapist row, and each of the days that it could have."""
        n = len(before)
        if not self.ahead:
            return np.zeros((1, 1, 1), np.int64)
        places = np.arange(days.start, days.stop) - self.windows[n].start
        if not before:
            first: Integers = self.ahead[0][0][..., places]
            return first
        rhythms = self.rhythms.next(before, days)
        found: Integers = self.ahead[n][rhythms, :, :, places]
        found[rhythms < 0] = NEVER
        return found.transpose(1, 2, 0)

    def _ahead(self, n: int, ahead: Integers) -> Integers:
        """What comes after session n, from what comes after the next."""
        onwards, gaps = self.rhythms.onwards[n], _Gaps(self, n)
        cost = self._seen_from(n, self._changed(n + 1, ahead))
        found = np.empty((len(onwards), *self.own[n].shape), np.int64)
        at_once = max(1, _AT_ONCE // (onwards.shape[1] * self.own[n].size))
        for low in range(0, len(onwards), at_once):
            some = slice(low, low + at_once)
            np.minimum.reduce(cost[onwards[some]] + gaps.of(some)[:, :, None, None, :], 1, out=found[some])
        return found

    def _seen_from(self, n: int, cost: Integers) -> Integers:
        """What the next session costs by the days of session n; a last row stands for rhythms that may not be."""
        days, later = self.windows[n], self.windows[n + 1]
        places = np.arange(days.start, days.stop) + self.rhythms.spaces[n + 1][:, -1:] - later.start
        known = (places >= 0) & (places < len(later))
        rows = np.arange(len(cost))[:, None]
        found = np.full((len(cost) + 1, *self.own[n].shape), NEVER, np.int64)
        seen = cost[rows, :, :, np.where(known, places, 0)].transpose(0, 2, 3, 1)
        found[:-1] = np.where(known[:, None, None, :], seen, NEVER)
        return found

    def _changed(self, n: int, ahead: Integers) -> Integers:
        """What session n and all after it cost, and to come to it from another therapist or time of day."""
        weights, kept = self.request.weights, self.own[n] + ahead
        cost: Integers = np.minimum(kept, kept.min(2, keepdims=True) + weights.switch)
        if not self.quarter:
            return cost
        return nearby(cost.swapaxes(0, 1), weights.irregular_15min, self.quarter).swapaxes(0, 1)


class _Gaps:
    """What the gap after session n costs, by the rhythm that this one ends, the days to the next and the day."""

    def __init__(self, recent: Recent, n: int) -> None:
        request, self.links, spaces = recent.request, recent.links, recent.rhythms.spaces[n]
        band, back = self.links.bands[n + 1], n - request.follows(n + 1)
        assert band is not None  # noqa: S101 - every session but the first has one
        self.band, self.days = band, np.arange(recent.windows[n].start, recent.windows[n].stop)
        self.between = np.arange(1, recent.rhythms.onwards[n].shape[1] + 1)
        self.irregular = [request.weights.irregularity(each) if back else 0 for each in self.between.tolist()]
        self.passed = since(spaces, back) if back <= spaces.shape[1] else None
        self.most = request.often.week or 0
        weighed = request.often.week is not None and recent.rhythms.depth + int(self.links.spent.max()) >= self.most
        self.visits = self._visits(spaces) if weighed else None

    def of(self, some: slice) -> Integers:
        """Of some of the rhythms; one for all days where all are alike."""
        cost: Integers = np.array(self.irregular)[None, :, None]
        if self.passed is not None:
            passed = self.passed[some, :, None]
            rows = np.clip(self.between[:, None] + passed - self.band.least, 0, len(self.band.costs) - 1)
            uneven = self.band.costs.shape[1] > 1
            cost = cost + self.band.costs[rows, np.maximum(self.days - passed, 0) if uneven else 0]
        return cost if self.visits is None else cost + self._full(self.visits[some, None])

    def _visits(self, spaces: Integers) -> Integers:
        """How many of the sessions of each rhythm lie in the week of its last, by day."""
        week, visits = self.links.week, np.zeros((len(spaces), len(self.days)), np.int64)
        for back in range(spaces.shape[1] + 1):
            day = self.days - since(spaces, back)
            visits += (day >= 0) & (week[np.maximum(day, 0)] == week[self.days])
        return visits

    def _full(self, visits: Integers) -> Integers:
        """`NEVER` where the week of the next session takes no more."""
        week, after = self.links.week, np.minimum(self.days + self.between[:, None], len(self.links.week) - 1)
        visits = visits * (week[after] == week[self.days]) + self.links.spent[after]
        return np.where(visits < self.most, 0, NEVER)


def shallow(request: Request, candidates: Candidates, programme: Programme, most_work: int) -> Recent:
    """What is quickly told: of the sessions that gaps and distances look back to, no times of day."""
    return Recent(request, candidates, programme, _depth(request, candidates), most_work, timed=False)


def deep(request: Request, candidates: Candidates, programme: Programme, most_work: int, known: Recent) -> Recent:
    """As much as so many sums can tell, with the visits of a week and regular times; if need be without those times,
    then of fewer sessions; at last what is known."""
    depth = max(_depth(request, candidates), min(request.often.week or 0, _MOST_BACK + 1))
    ways = [(depth, True)] if request.weights.irregular_15min else []
    ways += [(each, False) for each in range(depth, known.rhythms.depth if known.ahead else 1, -1)]
    made = (Recent(request, candidates, programme, each, most_work, timed=timed) for each, timed in ways)
    return next((each for each in made if each.ahead), known)


def _depth(request: Request, candidates: Candidates) -> int:
    """How many sessions must be known for all gaps and distances to later ones."""
    kept = recalled(request, candidates.links)
    return 1 + min(_MOST_BACK, max(n - min(each, default=n) for n, each in enumerate(kept)))
