"""Random lives of a patient's visits: whoever has read every letter in words knows what is so, and was told no more."""

import random

import pytest

from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import MOVABLE, Status, Visit
from clinic.mail.outcome import Fate, Outcome
from tests.db.test_summaries import Course
from tests.world import at, build, needling, single

DAYS = [f"2026-12-{day:02}" for day in (1, 2, 3, 4, 7, 8, 9, 10)]


def standing(course: Course) -> list[Visit]:
    with course.database.read() as unit:
        found = loads.of_patient(unit.connection, course.world.patients[0])
    return [visit for visit in found if visit.status in MOVABLE]


def step(course: Course, chance: random.Random) -> None:
    visits = standing(course)
    free = [day for day in DAYS if all(visit.starts // 288 != at(day, 12) // 288 for visit in visits)]
    changes: list[Change] = []
    for visit in chance.sample(visits, min(len(visits), chance.randrange(3))):
        day = free.pop() if free and chance.randrange(2) else None
        if day:
            changes.append(Move(visit, (needling(course.world, at(day, 10)),)))
        elif chance.randrange(3) == 0:
            changes.append(Turn(visit, Status.CANCELLED))
    changes += [Book(single(course.world, needling(course.world, at(day, 10)))) for day in free[: chance.randrange(3)]]
    if changes:
        course.do(*changes)
    if chance.randrange(3) == 0:
        fate = chance.choice([Fate.RETRY, Fate.UNKNOWN, Fate.SENT])
        course.fates.append(Outcome(fate, fate is Fate.UNKNOWN))
    if chance.randrange(2):
        course.run()
    course.later(seconds=chance.choice([5, 60, 200]))


@pytest.mark.parametrize("seed", range(12))
def test_who_reads_every_letter_knows_what_is_so(sqlite_database: Database, seed: int) -> None:
    chance = random.Random(seed)
    course = Course(sqlite_database, build(sqlite_database)).who(invites="feed")
    for _ in range(14):
        step(course, chance)
    course.fates.clear()
    for _ in range(4):
        course.run().later(hours=1)
    assert set(course.owed) <= {"sealed", "dropped"}
    told: dict[int, int] = {}
    assert {(row.method, row.state) for row in course.rows()} <= {("NONE", "sent")}
    for row in course.rows():
        for each in row.shown["visits"]:
            known = told.pop(each["visit"], None)
            assert (each["news"] == "new") == (known is None)
            if each["now"] is not None:
                assert known != each["now"]["starts"] or each["news"] != "moved"
                told[each["visit"]] = each["now"]["starts"]
    assert len(course.rows()) > 2
    assert told == {visit.id: visit.starts for visit in standing(course)}
