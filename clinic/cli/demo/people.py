"""The demo's patients: a hundred and fifty invented people, the same for the same random numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from clinic.content.demo import DemoContent
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from clinic.domain.patients.preferences import Availability, Away, Preferences
from clinic.domain.practice.hours import WeeklyHours

COUNT = 150
DECEASED, MINOR, OPEN, TIED, WORKS, TRAVELS = 145, 146, 147, 148, 1, 2
"""Those who are special, by number: OPEN reads everything in his calendar, TIED wants somebody who is on leave."""
LANGUAGES = {12: "de-DE", 27: "es-ES", 33: "fr-FR", 61: "de-AT"}
ABROAD = {12: "Europe/Berlin"}
"""Who reads in another language, and who lives by another clock."""
WITHOUT_EMAIL = frozenset({4, 17, 29, 41, 53, 78, 101, 120})
AFTER_WORK = (17 * 60, 20 * 60)
MORNINGS = (8 * 60, 12 * 60)


@dataclass(frozen=True, slots=True)
class Guest:
    """A patient to be."""

    person: Person
    choices: Choices
    availability: Availability


def guests(content: DemoContent, random: Random, staff: Mapping[str, str], today: date) -> list[Guest]:
    """All of them; `staff` are public ids by code."""
    pairs = [(given, family) for given in content.given for family in content.family]
    return [_guest(n, *pair, random, staff, today) for n, pair in enumerate(random.sample(pairs, COUNT))]


def _guest(n: int, given: str, family: str, random: Random, staff: Mapping[str, str], today: date) -> Guest:
    years = 11 if n == MINOR else random.randint(19, 84)
    email = None if n in WITHOUT_EMAIL or n == DECEASED else f"{given}.{family}@example.org".lower()
    person = Person(
        family,
        given,
        today - timedelta(days=365 * years + random.randrange(365)),
        gender=random.choice(("female", "male", "female", "male", "other")),
        deceased=n == DECEASED,
        deceased_at=(today - timedelta(days=40)).isoformat() if n == DECEASED else None,
        email=email,
        phone=f"01632 960 {n:03}",
        address=f"{random.randint(1, 80)} {family} Road",
        language=LANGUAGES.get(n, "en-GB"),
    )
    disclosure = 3 if n == OPEN else random.choice((1, 1, 1, 2))
    alarm = random.choice((None, None, 60, 1440))
    return Guest(
        person,
        Choices(
            disclosure,
            alarm_minutes=alarm,
            extra_minutes=10 if n == 9 else 0,
            preferences=_wishes(n, staff),
            tz=ABROAD.get(n),
        ),
        _times(n, today),
    )


def _wishes(n: int, staff: Mapping[str, str]) -> Preferences:
    if n == TIED:
        return Preferences(therapist=staff["sandhu"], therapist_required=True)
    if n % 10 == 3:
        return Preferences(window=AFTER_WORK)
    if n % 10 == 6:
        return Preferences(weekdays=frozenset({0, 1, 2}), window=MORNINGS)
    if n == 8:
        return Preferences(gender="female", gender_required=True)
    if n % 10 == 9:
        return Preferences(therapist=staff["hale"])
    return Preferences()


def _times(n: int, today: date) -> Availability:
    if n == WORKS:
        return Availability(tuple(WeeklyHours(day, 12 * 60, 20 * 60) for day in range(6)))
    if n == TRAVELS:
        return Availability(away=(Away(today + timedelta(days=2), today + timedelta(days=6)),))
    return Availability()
