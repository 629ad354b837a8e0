"""Which days each session can have, and how many sessions can be placed at all."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clinic.engine import bitmap
from clinic.engine.candidates import candidates, step_openings
from clinic.engine.links import Band, Links, links_of
from clinic.engine.programme import programme
from clinic.engine.request import NEVER, Request
from clinic.engine.walk import walkable


def open_days(request: Request) -> tuple[int, ...]:
    """For each session the days, a bitmap, on which the calendars have room for it, its pin applied."""
    per_step = step_openings(request)
    distinct = {id(opening): opening for opening in per_step}
    horizon = request.calendars.horizon
    days = {key: horizon.days_of(bitmap.union(opening.starts)) for key, opening in distinct.items()}
    return tuple(days[id(opening)] for opening in per_step)


def reached(request: Request, days: Sequence[int], links: Links) -> list[int]:
    """For each session in turn those of its open `days` that the gaps to the sessions before it allow; ends before the
    first that has none. Hour floors, other distances and weeks are left out."""
    found: list[int] = []
    for n, (own, each, allowed) in enumerate(zip(links.own, days, links.allowed, strict=True)):
        here = each & allowed & bitmap.packed(own < NEVER)
        if n:
            here &= after(request, links, found, n)
        if not here:
            break
        found.append(here)
    return found


def after(request: Request, links: Links, found: Sequence[int], n: int) -> int:
    """The days of the horizon that lie a gap after one that was found for the session that session n follows."""
    band, before = links.bands[n], found[request.follows(n)]
    assert band is not None  # noqa: S101 - every session but the first has one
    first = (found[n - 1] & -found[n - 1]).bit_length()
    return bitmap.union(before_on << length for length, before_on in _lengths(band, before)) >> first << first


def _lengths(band: Band, before: int) -> Iterator[tuple[int, int]]:
    """Each length of a gap with the days from which it is allowed."""
    for length, allowed in enumerate(band.costs < NEVER, band.least):
        if len(allowed) == 1:
            yield length, before if allowed[0] else 0
        else:
            yield length, before & bitmap.packed(allowed)


def placeable(request: Request) -> int:
    """How many sessions, from the first on, have a course."""
    days, links = open_days(request), links_of(request)
    most = len(reached(request, days, links))
    if links.of_days:
        return most
    counts = range(1, most + 1)
    return bisect_left(counts, True, key=lambda count: not possible(first(request, count)))


def first(request: Request, count: int) -> Request:
    """The request for its first sessions alone."""
    return replace(request, steps=request.steps[:count])


def possible(request: Request) -> bool:
    """Whether there is a course, where every session has a start by itself."""
    found = candidates(request)
    return walkable(request, found, programme(request, found))
