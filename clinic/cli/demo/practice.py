"""The demo's practice: the shipped example, as if it had been written for that day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from clinic import resources
from clinic.domain.practice.people import Absence, Staff
from clinic.domain.practice.places import Location
from clinic.domain.practice.practice import Practice
from clinic.domain.time import at_wall
from clinic.interchange.practice_file import read_practice

WRITTEN_FOR: Final = date(2026, 11, 20)
"""The example's dates lie around this day."""

Dated = TypeVar("Dated", date, date | None)


def monday(today: date) -> date:
    """The first day of that week."""
    return today - timedelta(days=today.weekday())


def example(today: date, years: Sequence[int], tz: ZoneInfo) -> Practice:
    """The example with its dates moved to that day and its leave to the weeks around it; public holidays of `years`."""
    read = read_practice(resources.examples() / "practice.toml", years=years)
    by = timedelta(days=(today - WRITTEN_FOR).days // 7 * 7)
    locations = tuple(_moved(location, by) for location in read.locations)
    return replace(read, locations=locations, staff=tuple(_person(one, by, monday(today), tz) for one in read.staff))


def _later(day: Dated, by: timedelta) -> Dated:
    return day if day is None else day + by


def _moved(location: Location, by: timedelta) -> Location:
    hours = tuple(replace(each, from_on=_later(each.from_on, by)) for each in location.hours)
    return replace(location, hours=hours)


def _person(person: Staff, by: timedelta, week: date, tz: ZoneInfo) -> Staff:
    held = tuple(
        replace(each, valid_from=each.valid_from + by, valid_until=_later(each.valid_until, by))
        for each in person.credentials
    )
    shifts = tuple(
        replace(each, hours=replace(each.hours, from_on=_later(each.hours.from_on, by))) for each in person.shifts
    )
    return replace(person, credentials=held, shifts=shifts, absences=frozenset(_absences(person.code, week, tz)))


def _absences(code: str, week: date, tz: ZoneInfo) -> list[Absence]:
    """Five weeks of leave from next Monday, an afternoon of training this Thursday, a sick day last Tuesday."""
    spans = {
        "sandhu": (7, 0, 42, 0, "leave"),
        "okafor": (3, 16 * 60, 3, 20 * 60, "training"),
        "lindley": (-6, 0, -5, 0, "sick"),
    }
    if code not in spans:
        return []
    first, begins, last, ends, kind = spans[code]
    return [
        Absence(at_wall(week + timedelta(days=first), begins, tz), at_wall(week + timedelta(days=last), ends, tz), kind)
    ]
