"""A second location beside the small practice, and accounts whose roles hold there alone; with something of every kind
at the first one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from clinic.db.access import members, roles
from clinic.db.courses import handovers, reads
from clinic.db.messages import tasks
from clinic.db.tables.access import account
from clinic.db.tables.practice import location, room, staff_hours
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.services.courses.repair.propose import begin_repair
from tests.under_way import under_way
from tests.waiting import book, free, given_back, wait
from tests.world import ACTOR, NOW, TZ, World, at

ELSEWHERE = "loc2"
ROOM = "room-far"


def second_place(database: Database, world: World) -> int:
    """The key of another location, with a room; the second therapist works there too, on Saturdays."""
    values = {
        "public_id": ELSEWHERE,
        "code": "far",
        "name": "Far away",
        "address": "Feldweg 1, Berlin",
        "tz": TZ,
        "phone": "+49 30 555 0101",
        "emergency_number": "112",
        "country": "DE",
        "jurisdiction": "DE-BE",
    }
    with database.begin() as unit:
        added = unit.connection.execute(insert(location).returning(location.c.id), values).scalar_one()
        there = {"location_id": added, "public_id": "roomfar", "code": ROOM, "name": "Far room"}
        unit.connection.execute(insert(room), there | {"capabilities": ["treatment"], "active": True})
        hours = {"staff_id": world.staff[1], "location_id": added, "starts_minute": 480, "ends_minute": 720}
        unit.connection.execute(insert(staff_hours), hours | {"weekday": 5})
    return int(added)


def only_at(database: Database, email: str, role: str, place: int) -> None:
    """From now on the account has that role at that location alone."""
    with database.begin() as unit:
        id_ = unit.connection.execute(select(account.c.id).where(account.c.email == email)).scalar_one()
        members.give(unit.connection, id_, {roles.ids(unit.connection)[role]: frozenset({place})})


@dataclass(frozen=True)
class Things:
    """By public id, all of it at the first location."""

    visit: str
    course: str
    waiting: str
    freed: str
    task: str
    repair: str
    handover: str


def things(database: Database, world: World) -> Things:
    """One of each kind."""
    course = under_way(database, world, ("booked", 7), patient=1)
    given_back(database, world)
    visit = book(database, world, at("2026-11-25", 10), 0)
    entry = wait(database, 0)
    trouble = Trouble(Kind.ABSENCE, "staff1", at("2026-12-14", 0), at("2026-12-15", 0))
    repair = begin_repair(database.begin, database.read, trouble, actor=ACTOR, now=NOW)
    with database.begin() as unit:
        about = loads.visit(unit.connection, visit)
        of = {"patient_id": about.patient_id, "appointment_id": about.id}
        tasks.put(unit.connection, "visit_declined", "a key", **of, public_id="task1", now=NOW)
        handovers.add(
            unit.connection,
            public_id="handover1",
            plan_id=reads.plan_row(unit.connection, course).id,
            to_staff_id=world.staff[1],
            summary=SUMMARY,
            created_at=NOW,
            actor=ACTOR.name,
        )
    return Things(visit, course, entry, free(database).public_id, "task1", repair, "handover1")


SUMMARY = {
    "targets": [],
    "goals": "",
    "overrides": [],
    "done": 0,
    "sessions": 1,
    "last": None,
    "response": None,
    "next": None,
}
DAY = date(2026, 11, 25)
