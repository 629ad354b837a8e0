"""The wall times at which sessions of a course can begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import gcd

from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.horizon import Horizon
from clinic.engine.request import QUARTER_MINUTES


@dataclass(frozen=True, slots=True)
class Dial:
    """Times a `step` apart, from `first` on, in minutes of the local day: all that a course can use. A quarter of an
    hour is a whole number of steps, and the `times` are a whole number of quarters."""

    first: int
    step: int
    times: int

    @property
    def minutes(self) -> range:
        """The wall times."""
        return range(self.first, self.first + self.times * self.step, self.step)

    @property
    def span(self) -> int:
        """Minutes from the first to the last."""
        return (self.times - 1) * self.step

    @property
    def quarter(self) -> int:
        """Steps in a quarter of an hour."""
        return QUARTER_MINUTES // self.step

    def of(self, minutes: Integers) -> Integers:
        """The places of wall times."""
        return (minutes - self.first) // self.step


def dial_of(horizon: Horizon, starts: Iterable[Sequence[int]]) -> Dial:
    """The dial of some bitmaps of offered starts; of a single time where there are none."""
    used = horizon.which(bitmap.union(bitmap.union(each) for each in starts))
    minutes = horizon.minutes[used]
    if not len(minutes):
        return Dial(0, QUARTER_MINUTES, 1)
    first, last = int(minutes.min()), int(minutes.max())
    step = gcd(QUARTER_MINUTES, *(minutes - first).tolist())
    return Dial(first, step, ((last - first) // QUARTER_MINUTES + 1) * (QUARTER_MINUTES // step))
