"""A problem of format `course-place/1` or `repair/1` as a location of its own, to be laid into a database."""

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
from clinic.interchange.repair_instances import RepairInstance, read_repair
from clinic.interchange.toml_values import clock

COUNTRY = "GB"
Ticks = tuple[int, int]


class Premises(NamedTuple):
    """A file's people and rooms: `busy` are the ticks in which a member of staff or a room, by code, is taken. The
    file's ids are the names of the location, its people and rooms."""

    location: Location
    staff: tuple[Staff, ...]
    busy: Mapping[str, Sequence[Ticks]]


class Laid(NamedTuple):
    """The problem as the file has it, and the same as a location: `skill` is what the course needs."""

    instance: PlaceInstance
    skill: str
    premises: Premises
    availability: Availability


class LaidRepair(NamedTuple):
    """The same of a repair, with the patients of its courses and when they can come."""

    instance: RepairInstance
    premises: Premises
    patients: tuple[tuple[str, Availability], ...]


def read_laid(path: Path) -> Laid:
    """The problem in a file; a file has a location code of its own. Raises Invalid like `read_place`."""
    instance, (file, code) = read_place(path), _told(path)
    return Laid(instance, file["course"]["credential"], _premises(file, code), _suiting(file, file["patient"]))


def read_laid_repair(path: Path) -> LaidRepair:
    """The same. Raises Invalid like `read_repair`."""
    instance, (file, code) = read_repair(path), _told(path)
    patients = tuple((course["patient"], _suiting(file, course | {"away": []})) for course in file["courses"])
    return LaidRepair(instance, _premises(file, code), patients)


def _told(path: Path) -> tuple[Mapping[str, Any], str]:
    """What a file says, and the code of its location."""
    text = text_of(path, most_mb=MOST_MB)
    return json.loads(text), f"bench-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _suiting(file: Mapping[str, Any], patient: Mapping[str, Any]) -> Availability:
    first = date.fromisoformat(file["first_day"])
    return _availability(patient, first, first + timedelta(days=file["horizon_days"]))


def _premises(file: Mapping[str, Any], code: str) -> Premises:
    first = date.fromisoformat(file["first_day"])
    work = file["work"]
    hours = tuple(WeeklyHours(day, clock(work["start"]), clock(work["end"])) for day in sorted(set(work["dow"])))
    rooms = [(f"{code}-r{n}", each) for n, each in enumerate(file["rooms"])]
    people = [(f"{code}-t{n}", each) for n, each in enumerate(file["therapists"])]
    return Premises(
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
        {each: tuple(_apart(owner["busy"])) for each, owner in [*people, *rooms]},
    )


def _staff(code: str, owner: Mapping[str, Any], shifts: tuple[Shift, ...], first: date) -> Staff:
    skills = sorted(set(owner.get("credentials", ())))
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
