"""A problem of format `course-place/1` as a location of its own, to be laid into a database."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from clinic.domain.patients.preferences import Availability, Away
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Shift, Staff
from clinic.domain.practice.places import Location, Room
from clinic.domain.time import tick_ceil, tick_floor
from clinic.interchange.files import text_of
from clinic.interchange.instance_fields import MOST_MB
from clinic.interchange.instances import PlaceInstance, read_place
from clinic.interchange.toml_values import clock

COUNTRY = "GB"
Ticks = tuple[int, int]


class Laid(NamedTuple):
    """The problem as the file has it, and the same as a location: `skill` is what the course needs, `busy` the ticks in
    which a member of staff or a room, by code, is taken. The file's ids are the names of the location, its people and
    rooms."""

    instance: PlaceInstance
    skill: str
    location: Location
    staff: tuple[Staff, ...]
    availability: Availability
    busy: Mapping[str, Sequence[Ticks]]


def read_laid(path: Path) -> Laid:
    """The problem in a file; a file has a location code of its own. Raises Invalid like `read_place`."""
    instance = read_place(path)
    text = text_of(path, most_mb=MOST_MB)
    file = json.loads(text)
    return _laid(instance, file, f"bench-{hashlib.sha256(text.encode()).hexdigest()[:16]}")


def _laid(instance: PlaceInstance, file: Mapping[str, Any], code: str) -> Laid:
    first, days = date.fromisoformat(file["first_day"]), file["horizon_days"]
    work = file["work"]
    hours = tuple(WeeklyHours(day, clock(work["start"]), clock(work["end"])) for day in sorted(set(work["dow"])))
    rooms = [(f"{code}-r{n}", each) for n, each in enumerate(file["rooms"])]
    people = [(f"{code}-t{n}", each) for n, each in enumerate(file["therapists"])]
    return Laid(
        instance,
        file["course"]["credential"],
        Location(
            code=code,
            name=file["id"],
            address="nowhere",
            tz=file["tz"],
            phone="0",
            emergency_number="0",
            country=COUNTRY,
            jurisdiction=COUNTRY,
            grid_minutes=file["grid_min"],
            hours=hours,
            rooms=tuple(Room(each, owner["id"]) for each, owner in rooms),
        ),
        tuple(_staff(each, owner, tuple(Shift(code, one) for one in hours), first) for each, owner in people),
        _availability(file["patient"], first, first + timedelta(days=days)),
        {each: tuple(_apart(owner["busy"])) for each, owner in [*people, *rooms]},
    )


def _staff(code: str, owner: Mapping[str, Any], shifts: tuple[Shift, ...], first: date) -> Staff:
    skills = sorted(set(owner["credentials"]))
    held = tuple(Credential(skill, "", COUNTRY, skill, None, first - timedelta(days=1)) for skill in skills)
    return Staff(code=code, name=owner["id"], initials="-", credentials=held, shifts=shifts)


def _availability(patient: Mapping[str, Any], first: date, last: date) -> Availability:
    """Overlapping hours are taken together; a patient who never can is away all the time."""
    hours = sorted((each["dow"], clock(each["start"]), clock(each["end"])) for each in patient["available"])
    merged = [
        WeeklyHours(weekday, *span)
        for weekday, spans in groupby(hours, key=lambda each: each[0])
        for span in _merged((begin, end) for _, begin, end in spans)
    ]
    days = [Away(date.fromisoformat(on), date.fromisoformat(on)) for on in sorted(set(patient["away"]))]
    return Availability(tuple(merged), tuple(days) if merged else (Away(first, last),))


def _apart(spans: Sequence[Sequence[str]]) -> Iterator[Ticks]:
    """Busy spans in order, those that overlap taken together, so that no time is held twice."""
    instants = ((_instant(begin), _instant(end)) for begin, end in spans)
    return _merged(sorted((tick_floor(begin), tick_ceil(end)) for begin, end in instants))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def _merged(ranges: Any) -> Iterator[Ticks]:
    """Sorted ranges with those that overlap as one; those that touch stay as they are."""
    current: Ticks | None = None
    for begin, end in ranges:
        if current is not None and begin < current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (begin, end)
    if current is not None:
        yield current
