"""What somebody says of a trouble, as the trouble: codes and names instead of public ids, days instead of ticks."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from clinic.db.unit import Read
from clinic.domain.courses.trouble import OPEN_ENDED, Kind, Trouble
from clinic.domain.dates import day_of, plain_clock
from clinic.domain.errors import Invalid
from clinic.domain.fields import within
from clinic.domain.time import at_wall, instant_at, tick_ceil, tick_floor, zone
from clinic.services.practice.find import room, whereabouts, zone_of

_OFFSET: Final = re.compile(r"(?:Z|[+-]\d\d:\d\d)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """`who` and `to` by public id, code or name. `first` and `until` are a day (all of it) or a wall time
    (2026-11-23T10:00) there."""

    what: Kind
    who: str
    first: str
    until: str = ""
    to: str = ""
    plan: str = ""
    skill: str = ""


def trouble_of(read: Read, said: Said) -> Trouble:
    """The trouble that is meant. Raises Invalid."""
    who, tz = _who(read, said.what, said.who)
    to = whereabouts(read, None, said.to)[1] or "" if said.to else ""
    starts = _tick(said.first, "from", tz, ends=False)
    ends = None if said.what in OPEN_ENDED else _tick(said.until or said.first, "until", tz, ends=True)
    return Trouble(said.what, who, starts, ends, to, said.plan, said.skill)


def _who(read: Read, what: Kind, said: str) -> tuple[str, ZoneInfo]:
    if what is Kind.ROOM:
        found = room(read, said)
        return found.public_id, zone(found.tz)
    if what is Kind.LOCATION:
        place, _ = whereabouts(read, said, None)
        return place, zone_of(read, place)
    place, therapist = whereabouts(read, None, said)
    return therapist or "", zone_of(read, place)


def _tick(said: str, field: str, tz: ZoneInfo, *, ends: bool) -> int:
    """A day begins at its midnight and ends with the next one; a time without an offset is wall time there."""
    try:
        if "T" in said:
            instant = within(field, lambda moment: _instant(moment, tz), said)
            return tick_ceil(instant) if ends else tick_floor(instant)
        return tick_floor(at_wall(day_of(said) + timedelta(days=ends), 0, tz))
    except (ValueError, OverflowError) as error:
        raise Invalid("text_malformed", field=field, like="2026-11-23") from error


def _instant(said: str, tz: ZoneInfo) -> datetime:
    """2026-11-23T10:00 there, or 2026-11-23T10:00+01:00 anywhere, written so and in no other way."""
    day, _, clock = said.partition("T")
    on, minutes = day_of(day), plain_clock(_OFFSET.sub("", clock))
    return datetime.fromisoformat(said) if _OFFSET.search(clock) else instant_at(on, minutes, tz)
