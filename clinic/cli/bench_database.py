"""`clinic bench place --from-db`: the problem of a file, laid into the database that is set and read from there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from clinic import wiring
from clinic.db.patients import calendars as patients
from clinic.db.practice import calendars as practice
from clinic.db.practice.heading import heading
from clinic.db.unit import Database
from clinic.domain.access.actors import system
from clinic.domain.errors import NotFound
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.patients.preferences import Availability, Preferences
from clinic.domain.practice.practice import Practice, Profile
from clinic.domain.practice.site import Site
from clinic.domain.time import at_wall, zone
from clinic.engine.request import Request
from clinic.interchange.instance_practice import Laid, Premises, read_laid
from clinic.interchange.instances import PlaceInstance
from clinic.services.courses.calendars import placing
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import Need
from clinic.services.patients.find import resolve
from clinic.services.patients.times import set_times
from clinic.services.patients.write import create
from clinic.services.practice.import_practice import import_practice
from clinic.services.visits.occupy import BORN, occupy

ACTOR = system("bench")
NOTHING_ELSE = Profile("Measuring", "Measuring", "bench@clinic.invalid")


def from_database(path: Path) -> tuple[Callable[[], PlaceInstance], Mapping[str, str]]:
    """How the problem is loaded, and the file's ids by public id; it is laid into the database unless it is there."""
    database, laid = wiring.ready_database(wiring.settings()), read_laid(path)
    since = at_wall(laid.instance.request.calendars.horizon.first_on, 0, zone(laid.premises.location.tz))
    try:
        patient = resolve(database.read, laid.premises.location.code).public_id
    except NotFound:
        patient = _lay(database, laid, wiring.now())
    with database.read() as unit:
        site = practice.named(unit.connection, laid.premises.location.code, since=since)
    names = {each.public_id: each.name for each in site.staff} | {each.public_id: each.name for each in site.rooms}
    return lambda: _load(database, laid, patient, since), names


def _lay(database: Database, laid: Laid, now: datetime) -> str:
    """The public id of the patient whose course it is; he comes last, so that he is there only with all the rest."""
    settle(database, laid.premises, now)
    return patient_of(database, laid.instance.id, laid.premises.location.code, laid.availability, now)


def settle(database: Database, premises: Premises, now: datetime) -> None:
    """Lays a location with its people and rooms and their busy times into the database."""
    with database.read() as unit:
        profile = None if heading(unit.connection).name else NOTHING_ELSE
    told = Practice(profile, (premises.location,), premises.staff)
    import_practice(database.begin, told, write=True, actor=ACTOR, now=now)
    occupy(database.begin, premises.location.code, premises.busy, actor=ACTOR, now=now)


def patient_of(database: Database, name: str, code: str, availability: Availability, now: datetime) -> str:
    """The public id of a new patient who is known by a code, and can come then."""
    known_as = frozenset({Identifier("clinic:bench", code)})
    person = Person(name, "Course", BORN, identifiers=known_as)
    patient = create(database.begin, person, Choices(invites="none"), actor=ACTOR, now=now)
    set_times(database.begin, patient, availability, actor=ACTOR, now=now)
    return patient


def _load(database: Database, laid: Laid, patient: str, since: datetime) -> PlaceInstance:
    """The way that planning goes, from the statements to the free bitmaps; the rules are those of the file."""
    given = laid.instance.request
    horizon = given.calendars.horizon
    with database.read() as unit:
        site, times = patients.at_site(unit.connection, laid.premises.location.code, patient, since=since)
        site = _ruled(site, horizon.days)
        placed = placing(unit, site, times, horizon.first_on, now=since)
    need = Need(given.kinds[0].ticks, (), (laid.skill,), frozenset())
    kind = kind_of((need,), placed, targets=(), wishes=Preferences())
    steps = tuple(replace(step, kind=kind) for step in given.steps)
    request = Request(
        placed.calendars,
        steps,
        given.earliest,
        given.start_within_days,
        prefer=replace(given.prefer, therapist=_public(site, given.prefer.therapist)),
        weights=given.weights,
    )
    return PlaceInstance(laid.instance.id, request)


@lru_cache(maxsize=1)
def _ruled(site: Site, days: int) -> Site:
    """The site by the file's rules: no notice, so many days."""
    return replace(site, notice_minutes=0, horizon_days=days)


def _public(site: Site, id_: str | None) -> str | None:
    """The public id of the therapist whom the file calls so."""
    return next((each.public_id for each in site.staff if each.name == id_), id_)
