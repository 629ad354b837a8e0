"""A small practice for tests: one location in York, one room, one therapist."""

from dataclasses import replace
from datetime import date

from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Shift, Staff
from clinic.domain.practice.places import Location, Room, Travel
from clinic.domain.practice.practice import Practice, Profile

WEEKDAYS = tuple(WeeklyHours(weekday, 8 * 60, 18 * 60) for weekday in range(5))


def credential(**changes):
    given = {
        "kind": "dry-needling",
        "issuer": "Board",
        "jurisdiction": "GB",
        "number": "DN-1",
        "regions": None,
        "valid_from": date(2024, 1, 1),
    }
    return Credential(**{**given, **changes})


def room(**changes):
    return replace(Room("york-1", "Room 1", frozenset({"treatment", "private"})), **changes)


def location(**changes):
    given = Location(
        code="york",
        name="York",
        address="1 Sample Street, York",
        tz="Europe/London",
        phone="01904 000000",
        emergency_number="999",
        country="GB",
        subdivision="ENG",
        jurisdiction="GB-ENG",
        hours=WEEKDAYS,
        rooms=(room(),),
    )
    return replace(given, **changes)


def therapist(**changes):
    given = Staff(
        code="robin",
        name="Robin Sample",
        initials="RS",
        languages=("en",),
        credentials=(credential(),),
        shifts=tuple(Shift("york", hours) for hours in WEEKDAYS),
    )
    return replace(given, **changes)


def profile(**changes):
    return replace(Profile("Sample Needling", "Sample Practice", "desk@sample.example"), **changes)


def practice(**changes):
    return replace(Practice(profile(), (location(),), (therapist(),)), **changes)


def two_locations(*travel, **changes):
    """York and Leeds, with these ways between them."""
    leeds = location(code="leeds", rooms=(room(code="leeds-1"),))
    return practice(locations=(location(), leeds), travel=tuple(Travel(*way) for way in travel), **changes)
