"""What booking a course costs beside a single visit: `python -m tests.performance.booking`, by hand.

In turns, each time for a new patient: a course of twelve sessions in one transaction, and one visit, through the
services that the pages use. Prints medians in milliseconds as JSON; the target is a ratio of at most 3.
"""

import json
import sys
from datetime import timedelta
from itertools import count
from statistics import median
from time import perf_counter

from clinic.db.practice import lists
from clinic.db.unit import Database
from clinic.domain.visits.catalogue import single
from clinic.engine.course import Course
from clinic.services.courses.book import book as book_course
from clinic.services.courses.book import pins_of
from clinic.services.courses.place import preview
from clinic.services.courses.protocols import protocol
from clinic.services.courses.wanted import Wanted
from clinic.services.visits.book import book as book_visit
from clinic.services.visits.offers import offers_for_single
from clinic.services.visits.wanted import WantedVisit
from tests.performance.filled import ACTOR, MONDAY, NOW, databases, fill, patient

ROUNDS = 15


def measured(database: Database) -> dict[str, float]:
    """The medians, and their ratio."""
    fill(database, therapists=8, rooms=8, appointments=2000)
    with database.read() as unit:
        location = lists.locations(unit.connection)[0].public_id
    numbers = count(1)
    course_ms, single_ms = [], []
    for n in range(ROUNDS + 2):
        course = _course(database, location, patient(database, next(numbers)), n)
        visit = _single(database, location, patient(database, next(numbers)), n)
        if n > 1:
            course_ms.append(course)
            single_ms.append(visit)
    found = {"course_ms": round(median(course_ms), 2), "single_ms": round(median(single_ms), 2)}
    return found | {"ratio": round(found["course_ms"] / found["single_ms"], 2)}


def _course(database: Database, location: str, person: str, n: int) -> float:
    wanted = Wanted(person, location, protocol("exercise-only"), MONDAY + timedelta(days=60 + n))
    seen = preview(database.read, wanted, now=NOW).outcome
    if not isinstance(seen, Course) or len(seen.sessions) != 12:
        raise SystemExit("there is no course of twelve sessions to book")
    wanted = wanted.pinned(pins_of(seen))
    begun = perf_counter()
    book_course(database.begin, database.read, wanted, actor=ACTOR, now=NOW)
    return (perf_counter() - begun) * 1000


def _single(database: Database, location: str, person: str, n: int) -> float:
    wanted = WantedVisit(person, location, single("exercise"))
    spot = offers_for_single(database.read, wanted, MONDAY + timedelta(days=60 + n), now=NOW)[0].spot
    begun = perf_counter()
    book_visit(database.begin, database.read, wanted, spot, actor=ACTOR, now=NOW)
    return (perf_counter() - begun) * 1000


if __name__ == "__main__":
    with databases(sys.argv[1:] or ["sqlite", "postgresql"]) as opened:
        print(json.dumps({name: measured(database) for name, database in opened.items()}, indent=1))
