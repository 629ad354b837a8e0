"""The wall time that a patient was promised, against what a clock shows there by the zone files at hand.

Governments change their clocks at short notice: a visit that was booked before keeps its instant and the wall time
that was promised, and when the two part, somebody decides which of them holds.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic.domain.time import instant_of, instants_at, tick_floor


@dataclass(frozen=True, slots=True)
class Parted:
    """A visit's start whose clock does not show what was promised. `shows`: what it shows, as 2026-11-23T11:00. `kept`:
    the tick at which it shows the promise, None where it skips that time."""

    promised: str
    shows: str
    kept: int | None


def parted(starts: int, wall: str, fold: int, tz: ZoneInfo) -> Parted | None:
    """How a start and its promise (2026-11-23T10:00, `fold` 1 the second of a repeated hour) part; None where they do
    not."""
    local = instant_of(starts).astimezone(tz)
    shows = local.strftime("%Y-%m-%dT%H:%M")
    if shows == wall and (fold or not local.fold):
        return None
    meant = datetime.fromisoformat(wall)
    found = instants_at(meant.date(), meant.hour * 60 + meant.minute, tz)
    kept = tick_floor(found[-1 if fold else 0]) if found else None
    return Parted(wall, shows, kept)
