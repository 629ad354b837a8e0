"""A bound for courses in which sessions depend on more than the one before them: the exact programme over the days of
two sessions that follow one another, without times of day, weeks, and whatever lies further back than two."""

from collections.abc import Iterator

import numpy as np

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.candidates import Candidates
from clinic.engine.programme import Programme
from clinic.engine.request import NEVER, Request

_MOST_BETWEEN = 48
"""Where more days can lie between two sessions, nothing is said: it would take time and memory, and mean little."""


class Pairs:
    """`ahead`: for each session the least that all after it cost, by the days from the one before it (the first row is
    one day; the first session has that row alone), its therapist row and day of its window."""

    def __init__(self, request: Request, candidates: Candidates, programme: Programme) -> None:
        self.request, self.links, self.windows = request, candidates.links, candidates.links.windows
        self.turn = candidates.dial.span if candidates.dial else 0
        self.own = [own[0].min(0) for own in programme.own]
        self.ahead = [np.zeros((1, *own.shape), np.int64) for own in self.own]
        between = [self._most_between(n) for n in range(len(self.own))]
        if max(between) <= _MOST_BETWEEN and all(map(len, self.windows)):
            for n in reversed(range(len(self.own) - 1)):
                self.ahead[n] = self._ahead(n, between[n], between[n + 1])

    @property
    def least(self) -> int:
        """The least that any course costs; `NEVER` where there is none."""
        return min(int((self.own[0] + self.ahead[0][0]).min(initial=NEVER)), NEVER)

    def after(self, n: int, days: range, before: int | None) -> Integers:
        """What all after session n cost at least, by therapist row, for each of the days that it could have when the
        one before it has that day."""
        low, ahead = self.windows[n].start, self.ahead[n]
        places = slice(days.start - low, days.stop - low)
        if before is None or len(ahead) == 1:
            return ahead[0, :, places]
        return ahead[np.arange(days.start, days.stop) - before - 1, :, np.arange(places.start, places.stop)].T

    def _most_between(self, n: int) -> int:
        """The most days from the session before to session n."""
        band = self.links.bands[n]
        if band is None:
            return 1
        most = band.least + len(band.costs) - 1 - (n - 1 - self.request.follows(n))
        return max(1, min(most, self.windows[n].stop - 1 - self.windows[n - 1].start))

    def _ahead(self, n: int, most_before: int, most: int) -> Integers:
        """By the days from the session before: the least of what comes after any gap that is allowed."""
        onwards, gaps = self._onwards(n, most), self._gaps(n + 1, most_before, most)
        found = np.full((most_before, *onwards.shape[1:]), NEVER, np.int64)
        for least, each in zip(found, gaps, strict=True):
            lengths = (each < NEVER).any((1, 2)).nonzero()[0]
            if len(lengths):
                some = slice(lengths[0], lengths[-1] + 1)
                np.minimum.reduce(onwards[some] + each[some], out=least)
        return found

    def _onwards(self, n: int, most: int) -> Integers:
        """What the next session and all after it cost up to so many days later, and changing to its therapist."""
        days, later = self.windows[n], self.windows[n + 1]
        cost = self.own[n + 1] + self.ahead[n + 1]
        cost = np.minimum(cost, cost.min(1, keepdims=True) + self.request.weights.switch)
        found = np.full((most, len(self.own[n]), len(days)), NEVER, np.int64)
        for between in range(1, most + 1):
            low, high = max(days.start + between, later.start), min(days.stop + between, later.stop)
            if low < high:
                of_next = slice(low - later.start, high - later.start)
                here = slice(low - between - days.start, high - between - days.start)
                found[between - 1, :, here] = cost[min(between, len(cost)) - 1, :, of_next]
        return found

    def _gaps(self, n: int, most_before: int, most: int) -> Integers:
        """What the gap before session n costs, by the days from the session before that to the one before, those from
        there to session n, and, after an axis for therapists, the day of the one before."""
        follows, weights = self.request.follows(n), self.request.weights
        before, between = np.arange(1, most_before + 1)[:, None], np.arange(1, most + 1)
        costs = np.zeros((most_before, most, 1), np.int64)
        if follows < n - 1 and weights.irregular_day:
            costs[:] = [[weights.irregularity(each)] for each in between.tolist()]
        if follows >= n - 2:
            costs = costs + self._of_band(n, between, before * (n - 1 - follows))
        for step, least, minutes in self._floors(n):
            if step >= n - 2:
                days = between + before * (n - 1 - step)
                kept = (days >= least) & (days * DAY_MINUTES + self.turn >= minutes)
                costs = costs + np.where(kept, 0, NEVER)[..., None]
        return costs[:, :, None, :]

    def _of_band(self, n: int, between: Integers, before: Integers) -> Integers:
        """What the gap costs that began `before` days before the session before, by its band."""
        band, days = self.links.bands[n], self.windows[n - 1]
        assert band is not None  # noqa: S101 - every session but the first has one
        rows = between + before - band.least
        known = (rows >= 0) & (rows < len(band.costs))
        columns = np.zeros(1, np.int64)
        if band.costs.shape[1] > 1:
            columns = np.maximum(np.arange(days.start, days.stop) - before[..., None], 0)
        return np.where(known[..., None], band.costs[np.where(known, rows, 0)[..., None], columns], NEVER)

    def _floors(self, n: int) -> Iterator[tuple[int, int, int]]:
        """The sessions that session n keeps a distance from, the days and the minutes."""
        band = self.links.bands[n]
        assert band is not None  # noqa: S101 - every session but the first has one
        yield self.request.follows(n), 0, band.floor
        for each in self.links.apart[n]:
            yield each.step, each.days, each.minutes
