"""Reads problems for the engine from files: format `course-place/1`.

Spans are UTC instants `2026-09-07T07:00Z`, hours are local, gaps are calendar days at the location. An instance carries
all its rules: no notice, hour floor or cap beyond what it says. What it has besides is left alone, but for weights.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields, within
from clinic.domain.limits import SHORT, formed, line, whole
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, at_wall, tick_ceil, tick_floor, ticks_for, zone
from clinic.engine import bitmap
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.horizon import MOST_DAYS, Horizon, horizon
from clinic.engine.request import (
    MOST_SESSIONS,
    MOST_TICKS,
    MOST_WEIGHT,
    Gap,
    Kind,
    Prefer,
    Request,
    Staff,
    Step,
    Weights,
)
from clinic.interchange.files import text_of
from clinic.interchange.toml_values import clock, names

PLACE_FORMAT = "course-place/1"
MOST_MB = 64
OFF_BY_DEFAULT = ("irregular_day", "irregular_15min")  # weights that a file may leave out
INSTANT = "2026-09-07T07:00Z"
_INSTANTS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\dZ ?)*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class PlaceInstance(NamedTuple):
    """A course to place and the name of the problem; therapists and rooms have the ids of the file."""

    id: str
    request: Request


class _Owner(NamedTuple):
    """A therapist or a room of the file."""

    id: str
    credentials: Sequence[str]
    busy: Sequence[Any]


class _Weekly(NamedTuple):
    weekday: int
    begin: int
    end: int


def read_place(path: Path) -> PlaceInstance:
    """The instance in a file. Raises Invalid: file_not_json, file_format, or what is wrong with a field."""
    try:
        document = json.loads(text_of(path, most_mb=MOST_MB))
    except (ValueError, RecursionError) as error:
        raise Invalid("file_not_json", path=str(path)) from error
    return place_from(document)


def place_from(document: object) -> PlaceInstance:
    """The same from the parsed file."""
    file = Fields(document)
    found = file.take("format", None)
    if found != PLACE_FORMAT:
        raise Invalid("file_format", field="format", found=found, wanted=PLACE_FORMAT)
    id_ = _text(file, "id")
    therapists = file.each("therapists", partial(_owner, skilled=True))
    return PlaceInstance(id_, _request(file, therapists, file.each("rooms", _owner)))


def _request(file: Fields, therapists: Sequence[_Owner], rooms: Sequence[_Owner]) -> Request:
    calendars = _calendars(file, therapists, rooms)
    prefer, weights = file.read("prefer", _prefer), file.read("weights", _weights)

    def placed(document: object) -> Request:
        course = Fields(document)
        skill = _text(course, "credential")
        ticks = ticks_for(_whole(course, "duration_min", 1, MOST_TICKS * TICK_MINUTES))
        staff = tuple(Staff(each.id) for each in therapists if skill in each.credentials)
        phases = course.each("phases", partial(_steps, kind=Kind(ticks, staff, tuple(room.id for room in rooms))))
        earliest = course.read("earliest", _day)
        within_days = _whole(course, "start_within_days", 0, MOST_DAYS)
        return Request(calendars, tuple(chain(*phases)), earliest, within_days, prefer=prefer, weights=weights)

    return file.read("course", placed)


def _steps(document: object, *, kind: Kind) -> tuple[Step, ...]:
    """A phase's sessions; the first gap of a later phase is that phase's gap."""
    phase = Fields(document)
    gap = Gap(*(_whole(phase, name, 0, MOST_DAYS) for name in ("min_gap", "ideal_gap", "max_gap")))
    return (Step(kind, gap),) * _whole(phase, "sessions", 1, MOST_SESSIONS)


def _prefer(document: object) -> Prefer:
    wish = Fields(document)
    return Prefer(_text(wish, "therapist"), (wish.read("start", clock), wish.read("end", clock)))


def _weights(document: object) -> Weights:
    given = Fields(document)
    off = {name: whole(name, given.take(name, 0), 0, MOST_WEIGHT) for name in OFF_BY_DEFAULT}
    on = {each.name: _whole(given, each.name, 0, MOST_WEIGHT) for each in fields(Weights) if each.name not in off}
    given.finish()
    return Weights(**on, **off)


def _calendars(file: Fields, therapists: Sequence[_Owner], rooms: Sequence[_Owner]) -> Calendars:
    tz, days = zone(_text(file, "tz")), _whole(file, "horizon_days", 1, MOST_DAYS)
    grid = _whole(file, "grid_min", TICK_MINUTES, DAY_MINUTES)
    span = horizon(tz, file.read("first_day", _day), days, grid_minutes=grid)
    hours = _weekly(span, tz, file.read("work", _work))
    busy = iter(_busy(span, (*therapists, *rooms)))
    return Calendars(
        span,
        tuple(Therapist(each.id, hours, taken=(next(busy),)) for each in therapists),
        tuple(Room(each.id, taken=(next(busy),)) for each in rooms),
        file.read("patient", partial(_patient, span=span, tz=tz)),
        hours,
    )


def _patient(document: object, *, span: Horizon, tz: ZoneInfo) -> Patient:
    patient = Fields(document)
    away = ((on, 0, DAY_MINUTES) for on in patient.each("away", _day))
    return Patient(_weekly(span, tz, patient.each("available", _suits)), _ticks(span, tz, away))


def _owner(document: object, *, skilled: bool = False) -> _Owner:
    owner = Fields(document)
    return _Owner(_text(owner, "id"), owner.read("credentials", names) if skilled else (), owner.take("busy"))


def _work(document: object) -> list[_Weekly]:
    work = Fields(document)
    begin, end = work.read("start", clock), work.read("end", clock)
    return [_hours(weekday, begin, end) for weekday in work.each("dow", _weekday)]


def _suits(document: object) -> _Weekly:
    hours = Fields(document)
    return _hours(hours.read("dow", _weekday), hours.read("start", clock), hours.read("end", clock))


def _hours(weekday: int, begin: int, end: int) -> _Weekly:
    if begin >= end:
        raise Invalid("span_reversed")
    return _Weekly(weekday, begin, end)


def _weekly(span: Horizon, tz: ZoneInfo, hours: Sequence[_Weekly]) -> int:
    """Weekly local hours over the horizon."""
    dates = (span.first_on + timedelta(days=n) for n in range(span.days))
    return _ticks(
        span, tz, ((on, each.begin, each.end) for on in dates for each in hours if each.weekday == on.weekday())
    )


def _ticks(span: Horizon, tz: ZoneInfo, hours: Iterable[tuple[date, int, int]]) -> int:
    """Local hours of dates, in minutes, as a bitmap of the ticks that lie wholly inside them."""
    ranges = [(tick_ceil(at_wall(on, begin, tz)), tick_floor(at_wall(on, end, tz))) for on, begin, end in hours]
    return bitmap.of_ranges(
        [begin for begin, _ in ranges], [end for _, end in ranges], first=span.first_tick, length=span.ticks
    )


def _busy(span: Horizon, owners: Sequence[_Owner]) -> Iterator[int]:
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


def _day(value: Any) -> date:
    """A date of the years 1970 to 2199."""
    text = formed("", value, _DATE, "2026-09-07")
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("text_malformed", like="2026-09-07") from error
    whole("", found.year, 1970, 2199)
    return found


def _weekday(value: Any) -> int:
    return whole("", value, 0, 6)


def _whole(file: Fields, name: str, low: int, high: int) -> int:
    return whole(name, file.take(name), low, high)


def _text(file: Fields, name: str) -> str:
    return line(name, file.take(name), SHORT, required=True)
