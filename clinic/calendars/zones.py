"""VTIMEZONE out of the zone's own TZif footer, and the proof that it tells the truth.

A list of past changes (RDATE) is misread by several clients; one RRULE an observance is read alike by all. A zone whose
coming changes no yearly rule describes (Casablanca) is not `verified`: its events go out in UTC.
"""

import calendar
import importlib.metadata
import importlib.resources
import zoneinfo
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from clinic.calendars.posix import Observance, Onset, parsed
from clinic.domain.errors import Invalid
from clinic.domain.time import zone

FIRST_YEAR = 1970
_LAST_YEAR = 9000
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NOTHING = timedelta(0)
_ALWAYS = datetime.combine(date(FIRST_YEAR, 1, 1), time.min)


def _tzif(name: str) -> bytes:
    """The file zoneinfo itself would take: the system's, else that of the tzdata package."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def edition() -> str:
    """Which zone files are read, for ETags and the log: `system 2025b`, or `package 2026.2` where there are none."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "Europe").is_dir():
            index = folder / "tzdata.zi"
            first = index.read_text("utf-8").partition("\n")[0] if index.is_file() else "unknown"
            return f"system {first.removeprefix('# version ')}"
    return f"package {importlib.metadata.version('tzdata')}"


@lru_cache(maxsize=256)
def observances(name: str) -> tuple[Observance, ...] | None:
    """What the zone's footer says; None without one. Raises Invalid(unknown_zone)."""
    zone(name)
    data = _tzif(name)
    if data[4:5] < b"2":  # the first version of TZif had no footer
        return None
    return parsed(data.rsplit(b"\n", 2)[1].decode("ascii"))


@lru_cache(maxsize=1024)
def verified(name: str, year: int) -> bool:
    """Whether the VTIMEZONE is right from a year before to three years after; False for UTC, which needs none.

    Compared with zoneinfo at noon UTC of each day and on both sides of each onset: about 5 ms, then remembered.
    """
    rules = observances(name)
    if rules is None or rules == (Observance("UTC", _NOTHING, _NOTHING),):
        return False
    if not FIRST_YEAR + 2 <= year <= _LAST_YEAR:
        return False
    changes = sorted(
        ((rule.onset.local(y) - rule.before).replace(tzinfo=UTC), rule.offset)
        for rule in rules
        for y in range(year - 2, year + 4)
        if rule.onset
    )
    starts = [start for start, _ in changes]

    def right(instant: datetime) -> bool:
        offset = changes[bisect_right(starts, instant) - 1][1] if changes else rules[0].offset
        return instant.astimezone(tz).utcoffset() == offset

    tz = zone(name)
    noon = datetime(year - 1, 1, 1, 12, tzinfo=UTC)
    days = (datetime(year + 4, 1, 1, tzinfo=UTC) - noon).days + 1
    edges = [start - back for start in starts if start > noon for back in (timedelta(seconds=1), _NOTHING)]
    return all(map(right, edges)) and all(right(noon + timedelta(days=day)) for day in range(days))


@lru_cache(maxsize=256)
def vtimezone(name: str) -> Timezone:
    """The zone's description, true where `verified`. Raises Invalid(zone_undescribed) where no yearly rules exist."""
    rules = observances(name)
    if rules is None:
        raise Invalid("zone_undescribed", name=name)
    component = Timezone()
    component.add("tzid", name)
    for rule in rules:
        # Some zones call their summer time standard (Dublin); clients expect the later clock under DAYLIGHT.
        part = TimezoneDaylight() if rule.offset > rule.before else TimezoneStandard()
        part.add("dtstart", rule.onset.local(FIRST_YEAR) if rule.onset else _ALWAYS)
        part.add("tzoffsetfrom", rule.before)
        part.add("tzoffsetto", rule.offset)
        part.add("tzname", rule.name)
        if rule.onset:
            part.add("rrule", _recurrence(rule.onset))
        component.add_component(part)
    return component


def _recurrence(onset: Onset) -> dict[str, object]:
    weekday, length = _WEEKDAYS[onset.weekday], calendar.monthrange(2001, onset.month)[1]
    yearly: dict[str, object] = {"FREQ": "YEARLY", "BYMONTH": onset.month}
    if onset.first_day in (1, 8, 15, 22):
        return yearly | {"BYDAY": f"{onset.first_day // 7 + 1}{weekday}"}
    if onset.first_day == length - 6:
        return yearly | {"BYDAY": f"-1{weekday}"}
    return yearly | {"BYDAY": weekday, "BYMONTHDAY": list(range(onset.first_day, onset.first_day + 7))}
