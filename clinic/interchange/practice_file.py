"""Reads a practice from a TOML file; `docs/examples/practice.toml` shows every field."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults
from clinic.domain.fields import Fields, within
from clinic.domain.limits import SHORT, line, one_of
from clinic.domain.practice.body import Region, region_named
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WEEKDAYS, WeeklyHours
from clinic.domain.practice.modality import Modality, modality_named
from clinic.domain.practice.people import Absence, ReservedStart, Shift, Staff
from clinic.domain.practice.places import Closure, Location, Room, Travel
from clinic.domain.practice.practice import Practice, Profile
from clinic.domain.time import zone
from clinic.interchange.files import text_of
from clinic.interchange.holidays_of import public_holidays
from clinic.interchange.toml_values import clock, day, listed, moment, names, optional, read_whole, table, yes

Read = TypeVar("Read")


def read_practice(path: Path, *, years: Sequence[int]) -> Practice:
    """The practice in the file, with the public holidays of those years where a location asks for them.

    Raises Invalid for the one fault, or several_faults for all; each names its field (`staff.2.hours.0.ends_minute`).
    """
    try:
        document = tomllib.loads(text_of(path, most_mb=1))
    except (ValueError, RecursionError) as error:  # a number of thousands of figures is a ValueError alone
        raise Invalid("not_toml", field=str(path), detail=str(error)) from error
    return practice_from(document, years=years)


def practice_from(document: Mapping[str, Any], *, years: Sequence[int]) -> Practice:
    """The same from the parsed file."""
    fields, faults = Fields(document), Faults()
    locations = _each(faults, fields, "locations", partial(_location, years=years))
    zones = {location.code: zone(location.tz) for location in locations}
    staff = _each(faults, fields, "staff", partial(_staff, zones=zones))
    travel = _each(faults, fields, "travel", _travel)
    profile = None
    with faults.under():
        told = fields.take("practice")
        profile = read_whole(fields, Faults().made(lambda: _profile(told), "practice"))
    faults.settle()
    return Practice(profile, locations, staff, travel)


def _each(faults: Faults, fields: Fields, name: str, read: Callable[[Any], Read]) -> tuple[Read, ...]:
    """Every table of a list, all their faults kept."""
    documents: list[Any] = []
    with faults.under():
        documents = optional(fields, name, listed, [])
    return faults.each(name, read, documents)


def _profile(document: object) -> Profile:
    fields = Fields(document)
    return read_whole(
        fields,
        Profile(
            name=fields.take("name"),
            neutral_name=fields.take("neutral_name"),
            sender=fields.take("sender"),
            language=fields.take("language", "en"),
            notice_minutes=fields.take("notice_minutes", 120),
            horizon_days=fields.take("horizon_days", 240),
            weights=optional(fields, "weights", table, {}),
            most_visits_a_day=fields.take("most_visits_a_day", 1),
            most_visits_a_week=fields.take("most_visits_a_week", 5),
            cancel_hours=fields.take("cancel_hours", 24),
            reminder_hours=fields.take("reminder_hours", 24),
        ),
    )


def _location(document: object, *, years: Sequence[int]) -> Location:
    fields, faults = Fields(document), Faults()
    hours = _each(faults, fields, "hours", _weekly)
    rooms = _each(faults, fields, "rooms", _room)
    closures = list(_each(faults, fields, "closures", _closure))
    country, subdivision = fields.take("country", ""), fields.take("subdivision", "")
    with faults.under():
        if optional(fields, "public_holidays", yes, False):
            closures += public_holidays(str(country), str(subdivision), years)
    return faults.made(
        lambda: read_whole(
            fields,
            Location(
                code=fields.take("code"),
                name=fields.take("name"),
                address=fields.take("address"),
                tz=fields.take("tz"),
                phone=fields.take("phone"),
                emergency_number=fields.take("emergency_number"),
                country=country,
                jurisdiction=fields.take("jurisdiction"),
                subdivision=subdivision,
                grid_minutes=fields.take("grid_minutes", 15),
                hours=tuple(one for each in hours for one in each),
                closures=frozenset(closures),
                rooms=rooms,
            ),
        )
    )


def _room(document: object) -> Room:
    fields, faults = Fields(document), Faults()
    closures = _each(faults, fields, "closures", _closure)
    return faults.made(
        lambda: read_whole(
            fields,
            Room(
                code=fields.take("code"),
                name=fields.take("name"),
                capabilities=frozenset(optional(fields, "capabilities", names, ["treatment"])),
                lanes=fields.take("lanes", 1),
                closures=frozenset(closures),
                active=optional(fields, "active", yes, True),
            ),
        )
    )


def _closure(document: object) -> Closure:
    fields = Fields(document)
    first_on = fields.read("first_on", day)
    return read_whole(fields, Closure(first_on, optional(fields, "last_on", day, first_on), fields.take("name")))


def _weekly(document: object) -> tuple[WeeklyHours, ...]:
    fields = Fields(document)
    return read_whole(fields, _hours(fields))


def _hours(fields: Fields) -> tuple[WeeklyHours, ...]:
    """The same hours on each of some weekdays."""
    days = fields.read("days", _weekdays)
    starts, ends = fields.read("starts", clock), fields.read("ends", clock)
    first, last = optional(fields, "from_on", day, None), optional(fields, "until_on", day, None)
    return tuple(WeeklyHours(weekday, starts, ends, first, last) for weekday in days)


def _weekdays(value: Any) -> list[int]:
    return [WEEKDAYS.index(one_of("", name, WEEKDAYS)) for name in names(value)]


def _staff(document: object, *, zones: Mapping[str, ZoneInfo]) -> Staff:
    fields, faults = Fields(document), Faults()
    shifts = _each(faults, fields, "hours", _shifts)
    reserved = _each(faults, fields, "reserved", _reserved)
    here = next((zones[one.location] for each in shifts for one in each if one.location in zones), ZoneInfo("UTC"))
    absences = _each(faults, fields, "absences", partial(_absence, tz=here))
    credentials = _each(faults, fields, "credentials", _credentials)
    return faults.made(
        lambda: read_whole(
            fields,
            Staff(
                code=fields.take("code"),
                name=fields.take("name"),
                initials=fields.take("initials"),
                kind=fields.take("kind", "therapist"),
                gender=fields.take("gender", "unknown"),
                languages=tuple(optional(fields, "languages", names, [])),
                patient_limits=optional(fields, "patient_limits", _limits, {}),
                credentials=tuple(one for each in credentials for one in each),
                shifts=tuple(one for each in shifts for one in each),
                absences=frozenset(absences),
                reserved=tuple(one for each in reserved for one in each),
                active=optional(fields, "active", yes, True),
                supervises=optional(fields, "supervises", yes, False),
            ),
        )
    )


def _travel(document: object) -> Travel:
    fields = Fields(document)
    return read_whole(fields, Travel(fields.take("from"), fields.take("to"), fields.take("minutes")))


def _limits(value: Any) -> dict[Modality, int]:
    return {modality_named(name, name): limit for name, limit in table(value).items()}


def _shifts(document: object) -> tuple[Shift, ...]:
    fields = Fields(document)
    location = fields.read("location", _location_code)
    return read_whole(fields, tuple(Shift(location, hours) for hours in _hours(fields)))


def _location_code(value: Any) -> str:
    return line("", value, SHORT, required=True)


def _reserved(document: object) -> tuple[ReservedStart, ...]:
    fields = Fields(document)
    location, kind, days = fields.read("location", _location_code), fields.take("kind"), fields.read("days", _weekdays)
    starts, ends = fields.read("starts", clock), fields.read("ends", clock)
    release_days = fields.take("release_days", 2)
    return read_whole(
        fields, tuple(ReservedStart(location, weekday, starts, ends, kind, release_days) for weekday in days)
    )


def _absence(document: object, *, tz: ZoneInfo) -> Absence:
    """Wall times are those of the first location the person works at."""
    fields = Fields(document)
    starts_at = fields.read("starts", partial(moment, tz=tz, ends=False))
    ends_at = within("ends", partial(moment, tz=tz, ends=True), fields.take("ends"))
    return read_whole(fields, Absence(starts_at, ends_at, fields.take("kind", "leave")))


def _credentials(document: object) -> tuple[Credential, ...]:
    """One licence; a credential for each kind of skill that it grants."""
    fields = Fields(document)
    kinds, number = fields.read("kinds", names), fields.take("number")
    issuer, jurisdiction = fields.take("issuer", ""), fields.take("jurisdiction")
    regions = optional(fields, "regions", _regions, None)
    first, last = fields.read("valid_from", day), optional(fields, "valid_until", day, None)
    provisional = optional(fields, "provisional", yes, False)
    return read_whole(
        fields,
        tuple(Credential(kind, issuer, jurisdiction, number, regions, first, last, provisional) for kind in kinds),
    )


def _regions(value: Any) -> frozenset[Region]:
    return frozenset(region_named(name, "") for name in names(value))
