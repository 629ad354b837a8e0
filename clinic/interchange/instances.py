"""Reads problems for the engine from files: format `course-place/1`.

Spans are UTC instants `2026-09-07T07:00Z`, hours are local, gaps are calendar days at the location. An instance carries
all its rules: no notice, hour floor or cap beyond what it says. What it has besides is left alone, but for weights.
"""

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.domain.fields import Fields
from clinic.domain.limits import whole
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, ticks_for
from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.horizon import MOST_DAYS, Horizon
from clinic.engine.kind import MOST_TICKS, Kind, Staff, one_part
from clinic.engine.request import MOST_SESSIONS, MOST_WEIGHT, Gap, Prefer, Request, Step, Weights
from clinic.interchange.instance_fields import (
    Owner,
    busy,
    checked,
    day,
    days_of,
    document_of,
    number,
    owner,
    suits,
    text,
    ticks,
    weekly,
)
from clinic.interchange.toml_values import clock

PLACE_FORMAT = "course-place/1"
OFF_BY_DEFAULT = ("irregular_day", "irregular_15min", "alone", "moved_day", "moved_15min")  # a file may leave them out


class PlaceInstance(NamedTuple):
    """A course to place and the name of the problem; therapists and rooms have the ids of the file."""

    id: str
    request: Request


def read_place(path: Path) -> PlaceInstance:
    """The instance in a file. Raises Invalid: file_not_json, file_format, or what is wrong with a field."""
    return place_from(document_of(path))


def place_from(document: object) -> PlaceInstance:
    """The same from the parsed file."""
    file = checked(document, PLACE_FORMAT)
    id_ = text(file, "id")
    therapists = file.each("therapists", partial(owner, skilled=True))
    return PlaceInstance(id_, _request(file, therapists, file.each("rooms", owner)))


def _request(file: Fields, therapists: Sequence[Owner], rooms: Sequence[Owner]) -> Request:
    calendars = _calendars(file, therapists, rooms)
    prefer, weights = file.read("prefer", _prefer), file.read("weights", _weights)

    def placed(document: object) -> Request:
        course = Fields(document)
        skill = text(course, "credential")
        ticks = ticks_for(number(course, "duration_min", 1, MOST_TICKS * TICK_MINUTES))
        staff = tuple(Staff(each.id) for each in therapists if skill in each.credentials)
        phases = course.each("phases", partial(_steps, kind=one_part(ticks, staff, tuple(room.id for room in rooms))))
        earliest = course.read("earliest", day)
        within_days = number(course, "start_within_days", 0, MOST_DAYS)
        return Request(calendars, tuple(chain(*phases)), earliest, within_days, prefer=prefer, weights=weights)

    return file.read("course", placed)


def _steps(document: object, *, kind: Kind) -> tuple[Step, ...]:
    """A phase's sessions; the first gap of a later phase is that phase's gap."""
    phase = Fields(document)
    gap = Gap(*(number(phase, name, 0, MOST_DAYS) for name in ("min_gap", "ideal_gap", "max_gap")))
    return (Step(kind, gap),) * number(phase, "sessions", 1, MOST_SESSIONS)


def _prefer(document: object) -> Prefer:
    wish = Fields(document)
    return Prefer(text(wish, "therapist"), (wish.read("start", clock), wish.read("end", clock)))


def _weights(document: object) -> Weights:
    given = Fields(document)
    off = {name: whole(name, given.take(name, 0), 0, MOST_WEIGHT) for name in OFF_BY_DEFAULT}
    on = {each.name: number(given, each.name, 0, MOST_WEIGHT) for each in fields(Weights) if each.name not in off}
    given.finish()
    return Weights(**on, **off)


def _calendars(file: Fields, therapists: Sequence[Owner], rooms: Sequence[Owner]) -> Calendars:
    tz, span, hours = days_of(file)
    taken = iter(busy(span, (*therapists, *rooms)))
    return Calendars(
        span,
        tuple(Therapist(each.id, hours, taken=(next(taken),)) for each in therapists),
        tuple(Room(each.id, taken=(next(taken),)) for each in rooms),
        file.read("patient", partial(_patient, span=span, tz=tz)),
        hours,
    )


def _patient(document: object, *, span: Horizon, tz: ZoneInfo) -> Patient:
    patient = Fields(document)
    away = ((on, 0, DAY_MINUTES) for on in patient.each("away", day))
    return Patient(weekly(span, tz, patient.each("available", suits)), ticks(span, tz, away))
