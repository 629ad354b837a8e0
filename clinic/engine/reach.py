"""Which days each session can have at all: bitmaps of day indexes, without costs. A course exists if none is empty."""

from collections.abc import Sequence

from clinic.engine import bitmap
from clinic.engine.candidates import step_openings
from clinic.engine.request import Gap, Request


def after(days: int, gap: Gap) -> int:
    """The days that lie a gap after one of `days`."""
    return bitmap.spread(days, gap.min, gap.max)


def open_days(request: Request) -> tuple[int, ...]:
    """For each session the days on which the calendars have room for it, its pin applied."""
    per_step = step_openings(request)
    distinct = {id(opening): opening for opening in per_step}
    horizon = request.calendars.horizon
    days = {key: horizon.days_of(bitmap.union(opening.starts)) for key, opening in distinct.items()}
    return tuple(days[id(opening)] for opening in per_step)


def reached(request: Request, days: Sequence[int]) -> list[int]:
    """For each session in turn those of its open `days` that the sessions before it allow; ends before the first that
    has none."""
    first, last = request.first_days
    within = bitmap.between(max(first, request.rested_from), min(last, request.last_day) + 1)
    found: list[int] = []
    for n, each in enumerate(days):
        here = each & (after(found[-1], request.gaps[n - 1]) if found else within)
        here &= bitmap.between(0, request.last_day + 1)
        if not here:
            break
        found.append(here)
    return found
