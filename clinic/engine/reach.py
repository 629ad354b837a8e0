"""Which days each session can have, and how many sessions can be placed at all."""

from collections.abc import Sequence
from functools import cached_property

from clinic.engine import bitmap
from clinic.engine.candidates import step_openings
from clinic.engine.links import Links, links_of
from clinic.engine.openings import Openings
from clinic.engine.passage import Passage, Steps, Walls, walls_of
from clinic.engine.request import NEVER, Request

MOST_STEPS = 30_000
"""So many starts are tried to see whether there is a course at all, or how far it comes: some tenths of a second."""


class Ground:
    """What the calendars leave of each session, whatever is asked of the days between them."""

    def __init__(self, request: Request, openings: tuple[Openings, ...] = ()) -> None:
        self.horizon, self.openings = request.calendars.horizon, openings or step_openings(request)
        self._distinct = {id(opening): opening for opening in self.openings}

    @cached_property
    def days(self) -> tuple[int, ...]:
        """For each session the days, a bitmap, on which there is room for it, its pin applied."""
        found = {key: self.horizon.days_of(bitmap.union(each.starts)) for key, each in self._distinct.items()}
        return tuple(found[id(opening)] for opening in self.openings)

    @cached_property
    def walls(self) -> tuple[Walls, ...]:
        """For each session its starts."""
        found = {key: walls_of(opening) for key, opening in self._distinct.items()}
        return tuple(found[id(opening)] for opening in self.openings)


def reached(request: Request, days: Sequence[int], links: Links) -> list[int]:
    """For each session in turn those of its open `days` that the gaps to the sessions before it allow; ends before the
    first that has none. Hour floors, other distances and weeks are left out."""
    found: list[int] = []
    for n, here in enumerate(_by_themselves(days, links)):
        left = here & after(request, links, found, n) if n else here
        if not left:
            break
        found.append(left)
    return found


def _by_themselves(days: Sequence[int], links: Links) -> list[int]:
    """For each session those of its open `days` that it can have as far as it is by itself."""
    own = {id(each): bitmap.packed(each < NEVER) for each in links.own}
    pairs = zip(links.own, days, links.allowed, strict=True)
    return [each & allowed & own[id(costs)] for costs, each, allowed in pairs]


def after(request: Request, links: Links, found: Sequence[int], n: int) -> int:
    """The days of the horizon that lie a gap after one that was found for the session that session n follows."""
    band, before = links.bands[n], found[request.follows(n)]
    assert band is not None  # noqa: S101 - every session but the first has one
    first = (found[n - 1] & -found[n - 1]).bit_length()
    return band.after(before) >> first << first


def leading(request: Request, days: Sequence[int], links: Links) -> list[int]:
    """For each session those of its `days` from which the gaps of all that hang on it lead on."""
    left = list(days)
    for n in range(len(left) - 1, 0, -1):
        band, last = links.bands[n], left[n].bit_length() - 1
        assert band is not None  # noqa: S101 - every session but the first has one
        left[n - 1] &= bitmap.between(0, last)
        left[request.follows(n)] &= band.before(left[n])
    return left


def passage(request: Request, ground: Ground, links: Links, steps: Steps) -> Walls | None:
    """The starts of some course that keeps every rule, whatever it costs; empty where there is none, None where the
    steps do not suffice to tell."""
    days = reached(request, ground.days, links)
    if len(days) < len(request.steps):
        return ()
    days = leading(request, days, links)
    return Passage(request, links, days, ground.walls).found(steps) if all(days) else ()


def passable(request: Request, ground: Ground, links: Links, steps: Steps) -> bool | None:
    """Whether there is a course at all; None where the steps do not suffice to tell."""
    if links.of_days:
        return len(reached(request, ground.days, links)) == len(request.steps)
    walls = passage(request, ground, links, steps)
    return None if walls is None else len(walls) > 0


def placeable(request: Request, ground: Ground, steps: Steps) -> tuple[int, bool]:
    """How many sessions, from the first on, have a course; at least so many, and False, where the steps do not suffice
    to tell."""
    links = links_of(request)
    days = reached(request, ground.days, links)
    if links.of_days:
        return len(days), True
    walk = Passage(request, links, days, ground.walls)
    known = walk.found(steps) is not None
    return walk.deepest, known
