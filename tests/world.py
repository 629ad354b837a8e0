"""A small practice to test in: one location in Berlin, two therapists, two rooms and a gym, two patients."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from clinic.db.patients import terms
from clinic.db.tables import patients, practice
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor, system
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality
from clinic.domain.time import at_wall, tick_floor, zone
from clinic.domain.visits.visit import Kind, NewVisit, Status, Stretch, Visit
from tests import alike

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TZ = "Europe/Berlin"
ACTOR: Actor = system("test")
SHOULDER = Target(Region.SHOULDER, Side.RIGHT)


@dataclass(frozen=True)
class World:
    """Keys of what is there."""

    location: int
    rooms: tuple[int, ...]
    gym: int
    staff: tuple[int, ...]
    patients: tuple[int, ...]


def at(day: str, hour: int, minute: int = 0) -> int:
    """The tick of a wall time in Berlin."""
    return tick_floor(at_wall(date.fromisoformat(day), hour * 60 + minute, zone(TZ)))


def _add(connection: Connection, table: Table, **values: Any) -> int:
    return int(connection.execute(insert(table).returning(table.c.id), values).scalar_one())


def _resource(connection: Connection, kind: str, owner: int, lanes: int = 1) -> None:
    row = {"kind": kind, "owner_id": owner}
    rows = [{**row, "lane": lane, "overbook": False} for lane in range(lanes)]
    if kind != "patient":
        rows.append({**row, "lane": 0, "overbook": True})
    connection.execute(insert(practice.resource), rows)


def _place(connection: Connection) -> int:
    _add(
        connection,
        practice.practice,
        id=1,
        name="Needle & Movement",
        neutral_name="The Practice",
        sender="visits@clinic.test",
        weights={},
        demo=False,
        outbox_paused=False,
        created_at=NOW,
    )
    location = _add(
        connection,
        practice.location,
        public_id="loc1",
        code="mitte",
        name="Mitte",
        address="Lindenweg 4, Berlin",
        tz=TZ,
        phone="+49 30 555 0100",
        emergency_number="112",
        country="DE",
        subdivision="BE",
        jurisdiction="DE-BE",
    )
    hours = {"location_id": location, "opens_minute": 480, "closes_minute": 1080}
    connection.execute(insert(practice.location_hours), [{**hours, "weekday": weekday} for weekday in range(5)])
    return location


def _room(connection: Connection, location: int, number: int, capabilities: list[str], lanes: int = 1) -> int:
    room = _add(
        connection,
        practice.room,
        public_id=f"room{number}",
        location_id=location,
        code=f"room-{number}",
        name=f"Room {number}",
        capabilities=capabilities,
        lanes=lanes,
        position=number,
        active=True,
    )
    _resource(connection, "room", room, lanes)
    return room


def _therapist(connection: Connection, location: int, number: int, name: str) -> int:
    staff = _add(
        connection,
        practice.staff,
        public_id=f"staff{number}",
        code=f"t{number}",
        name=name,
        initials=name[:2],
        kind="therapist",
        gender="female",
        languages=["en"],
        patient_limits={},
        position=number,
        active=True,
    )
    _resource(connection, "staff", staff)
    held = {
        "staff_id": staff,
        "issuer": "Board",
        "jurisdiction": "DE",
        "regions": None,
        "valid_from": date(2020, 1, 1),
        "provisional": False,
    }
    kinds = ("dry-needling", "electrical-needling", "manual-therapy", "exercise")
    rows = [{**held, "kind": kind, "number": f"{number}-{kind}"} for kind in kinds]
    connection.execute(insert(practice.credential), rows)
    hours = {"staff_id": staff, "location_id": location, "starts_minute": 480, "ends_minute": 1080}
    connection.execute(insert(practice.staff_hours), [{**hours, "weekday": weekday} for weekday in range(5)])
    return staff


def patient(connection: Connection, number: int, **changed: Any) -> int:
    """A patient with an address, who wants invites."""
    values: dict[str, Any] = {
        "public_id": f"patient{number}",
        "family_name": f"Adler{number}",
        "given_names": "Ada",
        "search_name": f"adler{number} ada",
        "birth_on": date(1980, 3, 1) + timedelta(days=number - 1),
        "gender": "female",
        "deceased": False,
        "email": f"ada{number}@example.org",
        "phone": "+49 30 555 0123",
        "show_address": True,
        "preferences": {},
        "created_at": NOW,
    }
    id_ = _add(connection, patients.patient, **values | changed)
    _resource(connection, "patient", id_)
    terms.renew(connection, [id_])
    return id_


def build(database: Database) -> World:
    """Fill an empty database."""
    with database.begin() as unit:
        return alike.again(unit.connection, _built)


def _built(connection: Connection) -> World:
    location = _place(connection)
    rooms = tuple(_room(connection, location, n, ["treatment", "private"]) for n in (1, 2))
    gym = _room(connection, location, 3, ["gym"], lanes=2)
    staff = tuple(_therapist(connection, location, n, name) for n, name in ((1, "B. Lindqvist"), (2, "C. Marin")))
    return World(location, rooms, gym, staff, tuple(patient(connection, n) for n in (1, 2)))


def needling(world: World, starts: int, *, ticks: int = 9, staff: int = 0, room: int = 0) -> Stretch:
    """A stretch of dry needling."""
    return Stretch(starts, starts + ticks, world.staff[staff], world.rooms[room], (Modality.DRY_NEEDLING,), cleanup=1)


def single(world: World, *stretches: Stretch, patient: int = 0, status: Status = Status.BOOKED) -> NewVisit:
    """A visit that stands alone."""
    return NewVisit(world.patients[patient], world.location, TZ, Kind.SINGLE, status, stretches, (SHOULDER,))


def visit_now(database: Database, public_id: str) -> Visit:
    """The visit as it is by now."""
    with database.read() as unit:
        return loads.visit(unit.connection, public_id)
