"""What the formats of problems in files have in common: days, hours, busy times, and whose they are."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields, within
from clinic.domain.limits import SHORT, formed, line, whole
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, at_wall, tick_ceil, tick_floor, zone
from clinic.engine import bitmap
from clinic.engine.horizon import MOST_DAYS, Horizon, horizon
from clinic.interchange.files import text_of
from clinic.interchange.toml_values import clock, names

MOST_MB = 64
INSTANT = "2026-09-07T07:00Z"
_INSTANTS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\dZ ?)*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Owner(NamedTuple):
    """A therapist or a room of a file."""

    id: str
    credentials: Sequence[str]
    busy: Sequence[Any]


class Weekly(NamedTuple):
    """Local hours of a weekday (Monday 0), in minutes."""

    weekday: int
    begin: int
    end: int


def document_of(path: Path) -> object:
    """What a file of JSON holds. Raises Invalid(file_not_json) and what `text_of` raises."""
    try:
        return json.loads(text_of(path, most_mb=MOST_MB))
    except (ValueError, RecursionError) as error:
        raise Invalid("file_not_json", path=str(path)) from error


def checked(document: object, wanted: str) -> Fields:
    """The fields of a document in the format that is wanted. Raises Invalid(file_format)."""
    file = Fields(document)
    found = file.take("format", None)
    if found != wanted:
        raise Invalid("file_format", field="format", found=found, wanted=wanted)
    return file


def days_of(file: Fields) -> tuple[ZoneInfo, Horizon, int]:
    """The zone, the horizon with its offered starts, and the bitmap of the hours in which the place works."""
    tz, days = zone(text(file, "tz")), number(file, "horizon_days", 1, MOST_DAYS)
    grid = number(file, "grid_min", TICK_MINUTES, DAY_MINUTES)
    span = horizon(tz, file.read("first_day", day), days, grid_minutes=grid)
    return tz, span, weekly(span, tz, file.read("work", _work))


def owner(document: object, *, skilled: bool = False) -> Owner:
    """Whose time it is: `{id, busy}`, and `credentials` of the `skilled`."""
    given = Fields(document)
    return Owner(text(given, "id"), given.read("credentials", names) if skilled else (), given.take("busy"))


def _work(document: object) -> list[Weekly]:
    work = Fields(document)
    begin, end = work.read("start", clock), work.read("end", clock)
    return [_hours(weekday, begin, end) for weekday in work.each("dow", _weekday)]


def suits(document: object) -> Weekly:
    """`{dow, start, end}`: Monday is 0, wall times as 08:30."""
    hours = Fields(document)
    return _hours(hours.read("dow", _weekday), hours.read("start", clock), hours.read("end", clock))


def _hours(weekday: int, begin: int, end: int) -> Weekly:
    if begin >= end:
        raise Invalid("span_reversed")
    return Weekly(weekday, begin, end)


def weekly(span: Horizon, tz: ZoneInfo, hours: Sequence[Weekly]) -> int:
    """Weekly local hours over the horizon."""
    dates = (span.first_on + timedelta(days=n) for n in range(span.days))
    return ticks(
        span, tz, ((on, each.begin, each.end) for on in dates for each in hours if each.weekday == on.weekday())
    )


def ticks(span: Horizon, tz: ZoneInfo, hours: Iterable[tuple[date, int, int]]) -> int:
    """Local hours of dates, in minutes, as a bitmap of the ticks that lie wholly inside them."""
    ranges = [(tick_ceil(at_wall(on, begin, tz)), tick_floor(at_wall(on, end, tz))) for on, begin, end in hours]
    return bitmap.of_ranges(
        [begin for begin, _ in ranges], [end for _, end in ranges], first=span.first_tick, length=span.ticks
    )


def busy(span: Horizon, owners: Sequence[Owner]) -> Iterator[int]:
    """For each owner in turn the bitmap of the ticks that his busy spans touch."""
    spans = [within(f"{owner.id}.busy", _pairs, owner.busy) for owner in owners]
    rows = np.repeat(np.arange(len(owners)), [len(each) for each in spans])
    minutes = np.concatenate(spans or [np.empty((0, 2), np.int64)])
    low, high = minutes[:, 0] // TICK_MINUTES, -(-minutes[:, 1] // TICK_MINUTES)
    taken = bitmap.by_owner(rows, low, high, first=span.first_tick, length=span.ticks)
    return (taken.get(n, 0) for n in range(len(owners)))


def _pairs(value: Any) -> bitmap.Integers:
    """A row for each busy span: the minutes since 1970 at which it begins and ends."""
    if not (isinstance(value, list) and all(isinstance(span, list) and len(span) == 2 for span in value)):
        raise Invalid("text_malformed", like=f"[[{INSTANT}, {INSTANT}]]")
    try:
        instants = [instant for span in value for instant in span]
        if not _INSTANTS.fullmatch(" ".join(instants)):
            raise Invalid("text_malformed", like=INSTANT)
        minutes = np.array([instant[:-1] for instant in instants], "M8[m]").astype(np.int64).reshape(-1, 2)
    except (TypeError, ValueError) as error:
        raise Invalid("text_malformed", like=INSTANT) from error
    if (minutes[:, 0] >= minutes[:, 1]).any():
        raise Invalid("span_reversed")
    return minutes


def day(value: Any) -> date:
    """A date of the years 1970 to 2199."""
    written = formed("", value, _DATE, "2026-09-07")
    try:
        found = date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("text_malformed", like="2026-09-07") from error
    whole("", found.year, 1970, 2199)
    return found


def instant(value: Any) -> datetime:
    """An instant of UTC, to the minute."""
    written = formed("", value, _INSTANT, INSTANT)
    try:
        return datetime.fromisoformat(f"{written[:-1]}+00:00")
    except ValueError as error:
        raise Invalid("text_malformed", like=INSTANT) from error


def _weekday(value: Any) -> int:
    return whole("", value, 0, 6)


def number(file: Fields, name: str, low: int, high: int) -> int:
    """A whole number, both ends included. Raises Invalid."""
    return whole(name, file.take(name), low, high)


def text(file: Fields, name: str) -> str:
    """One short line that is not empty. Raises Invalid."""
    return line(name, file.take(name), SHORT, required=True)
