"""The spaces between the last few sessions of a course, as its gaps allow them in a row: a rhythm."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.links import Links
from clinic.engine.request import NEVER, Request

Distance = tuple[int, int, int, int]
_A_PASS = 1_000  # what an operation on whole arrays takes by itself, in sums


class Rhythms:
    """`spaces`: for each session the rhythms that it can end, a row each, of the days from one session to the next, the
    last of them last; of `depth` sessions, where so many come before it. `onwards`: for each but the last, by its
    rhythms and the days to the next session (the first column is one day), the rhythm that this one then ends; -1 where
    it may not. `turn`: by how many minutes times of day can differ. Ends early where `work`, the sums over all that is
    counted on `places` for each session, comes to more than `most_work`."""

    def __init__(
        self, request: Request, links: Links, depth: int, places: Sequence[int], turn: int, most_work: int
    ) -> None:
        self.request, self.links, self.depth, self.turn = request, links, depth, turn
        self.spaces: list[Integers] = [np.zeros((1, 0), np.int64)]
        self.onwards: list[Integers] = []
        self._alike: dict[object, tuple[Integers, Integers]] = {}
        self.work = 0
        for n in range(1, len(request.steps)):
            most = self._most_between(n)
            self.work += most * (len(self.spaces[-1]) * places[n - 1] + _A_PASS)
            if self.work > most_work:
                break
            self._add(n, most)

    def at(self, days: Sequence[int]) -> int:
        """The rhythm that sessions on those days, from the first session on, end."""
        row = 0
        for onwards, before, day in zip(self.onwards, days, days[1:], strict=False):
            row = int(onwards[row, day - before - 1])
        return row

    def next(self, days: Sequence[int], ahead: range) -> Integers:
        """The rhythms that the next session ends on the days ahead."""
        onwards = self.onwards[len(days) - 1][self.at(days)]
        between = np.arange(ahead.start, ahead.stop) - days[-1]
        known = between <= len(onwards)
        return np.where(known, onwards[np.where(known, between, 1) - 1], -1)

    def _add(self, n: int, most: int) -> None:
        before = self.spaces[-1]
        distances = tuple(self._distances(n))
        key = before.tobytes(), before.shape, most, distances
        if key not in self._alike:
            self._alike[key] = self._joined(before, self._kept(before, np.arange(1, most + 1), distances))
        spaces, onwards = self._alike[key]
        self.spaces.append(spaces)
        self.onwards.append(onwards)

    def _joined(self, before: Integers, kept: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """The rhythms that come after others where those days are allowed, and which comes after which."""
        drop = max(0, before.shape[1] + 2 - self.depth)
        row, days = kept.nonzero()
        spaces = np.column_stack((before[row], days + 1))[:, drop:]
        alike = np.unique(before[:, drop:], axis=0, return_inverse=True)[1].reshape(-1)
        _, first, which = np.unique(alike[row] * kept.shape[1] + days, return_index=True, return_inverse=True)
        onwards = np.full(kept.shape, -1)
        onwards[row, days] = which
        return spaces[first], onwards

    def _most_between(self, n: int) -> int:
        """The most days from the session before to session n."""
        band, windows = self.links.bands[n], self.links.windows
        assert band is not None  # noqa: S101 - every session but the first has one
        most = band.least + len(band.costs) - 1 - (n - 1 - self.request.follows(n))
        return max(1, min(most, windows[n].stop - 1 - windows[n - 1].start))

    def _kept(self, before: Integers, between: Integers, distances: Iterable[Distance]) -> NDArray[np.bool_]:
        """Whether a session may come so many days after the one before it, by rhythm."""
        kept = np.ones((len(before), len(between)), np.bool_)
        for back, least, most, minutes in distances:
            if back <= before.shape[1]:
                days = between + since(before, back)
                kept &= (least <= days) & (days <= most) & (days * DAY_MINUTES + self.turn >= minutes)
        return kept

    def _distances(self, n: int) -> Iterator[Distance]:
        """How many sessions before the one before session n that lies which it keeps a distance from, the least and the
        most days, and the least minutes."""
        band = self.links.bands[n]
        assert band is not None  # noqa: S101 - every session but the first has one
        yield n - 1 - self.request.follows(n), band.least, band.least + len(band.costs) - 1, band.floor
        for each in self.links.apart[n]:
            yield n - 1 - each.step, each.days, NEVER, each.minutes


def since(spaces: Integers, back: int) -> Integers:
    """The days since the session so many before the last of each rhythm; a column."""
    passed: Integers = spaces[:, spaces.shape[1] - back :].sum(1, keepdims=True)
    return passed
