"""`clinic bench repair --from-db`: the problem of a file, laid into the database that is set and read from there."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from clinic import wiring
from clinic.cli.bench_database import patient_of, settle
from clinic.db.practice import calendars as practice
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.errors import NotFound
from clinic.domain.patients.preferences import Availability
from clinic.domain.time import at_wall, zone
from clinic.interchange.instance_practice import LaidRepair, read_laid_repair
from clinic.interchange.repair_instances import RepairInstance
from clinic.services.courses.calendars import taken_by_lane
from clinic.services.patients.find import resolve


def from_database(path: Path) -> Callable[[], RepairInstance]:
    """How the problem is loaded; it is laid into the database unless it is there."""
    database, laid = wiring.ready_database(wiring.settings()), read_laid_repair(path)
    try:
        resolve(database.read, laid.premises.location.code)
    except NotFound:
        _lay(database, laid, wiring.now())
    since = at_wall(laid.instance.repair.horizon.first_on, 0, zone(laid.premises.location.tz))
    return lambda: _load(database, laid, since)


def _lay(database: Database, laid: LaidRepair, now: datetime) -> None:
    """One who is known by the location's code comes last, so that he is there only with all the rest."""
    code = laid.premises.location.code
    settle(database, laid.premises, now)
    for n, (name, availability) in enumerate(laid.patients):
        patient_of(database, name, f"{code}-p{n}", availability, now)
    patient_of(database, laid.instance.id, code, Availability(), now)


def _load(database: Database, laid: LaidRepair, since: datetime) -> RepairInstance:
    """The busy times as they are claimed, one statement once the location is known; the rest is that of the file."""
    horizon = laid.instance.repair.horizon
    first, length = horizon.first_tick, horizon.ticks
    with database.read() as unit:
        site = practice.named(unit.connection, laid.premises.location.code, since=since)
        people = {each.name: each.lanes[0] for each in site.staff}
        rooms = {each.name: each.lanes[0] for each in site.rooms}
        whose = [
            (people if n < laid.instance.therapists else rooms).get(lane.id)
            for n, lane in enumerate(laid.instance.repair.lanes)
        ]
        held = loads.held(unit.connection, [lane for lane in whose if lane is not None], first, first + length)
    taken = taken_by_lane(held, first, length)
    return laid.instance.taken([taken.get(lane, 0) if lane is not None else 0 for lane in whose])
