"""No way around the rules: each use case that could book, move, confirm or start is tried on a blocked patient."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlalchemy import select

from clinic.db.courses import reads
from clinic.db.tables.visits import appointment, segment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.offer import How
from clinic.domain.errors import ClinicError, Infeasible, Refused
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of
from clinic.domain.visits.catalogue import single as kind_named
from clinic.domain.visits.visit import Status, Visit
from clinic.services.courses import offering
from clinic.services.courses.book import book as book_course
from clinic.services.courses.replan import replan
from clinic.services.courses.tail import Asked
from clinic.services.messages import links
from clinic.services.visits.book import book as book_visit
from clinic.services.visits.change import move, turn
from clinic.services.visits.flow import came, flow
from clinic.services.visits.keep import keep
from clinic.services.visits.overbook import overbook
from clinic.services.visits.reassess import decide, settle
from clinic.services.visits.start import start
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.cared import asked, consented, screened
from tests.db.post import Post
from tests.db.test_courses import wanted
from tests.db.test_one_gate import BLOCKS, WRITES
from tests.under_way import after, mark, under_way
from tests.world import ACTOR, NOW, SHOULDER, World, at

INSISTS: Final = "I insist"


def block(database: Database, world: World) -> None:
    with database.begin() as unit:
        BLOCKS["early in a pregnancy"](unit, world)


def needling_now(database: Database) -> list[tuple[Any, ...]]:
    """What is needled when: of all visits that hold time or wait for it."""
    columns = (appointment.c.id, appointment.c.status, appointment.c.starts_tick, segment.c.modalities)
    query = select(*columns).join(segment, segment.c.appointment_id == appointment.c.id).order_by(segment.c.id)
    with database.read() as unit:
        return [tuple(row) for row in unit.connection.execute(query) if "dry-needling" in row.modalities]


def courses(database: Database, world: World, *sessions: Any, **more: Any) -> str:
    return under_way(database, world, *sessions, modality=Modality.DRY_NEEDLING, **more)


def first_visit(database: Database) -> Visit:
    with database.read() as unit:
        return loads.of_patient(unit.connection, 1)[0]


Try = Callable[[], object]
GIVEN: Final[dict[str, Any]] = {"actor": ACTOR, "reason": INSISTS, "now": NOW}


def _single(database: Database, _world: World) -> Try:
    new = WantedVisit("patient1", "loc1", kind_named("dry-needling"), (SHOULDER,))
    spot = Spot(at("2026-11-30", 10), "staff1", "room1")
    return lambda: book_visit(database.begin, database.read, new, spot, **GIVEN)


def _overbooked(database: Database, _world: World) -> Try:
    new = WantedVisit("patient1", "loc1", kind_named("dry-needling"), (SHOULDER,), "staff1")
    other = WantedVisit("patient2", "loc1", kind_named("assessment"))
    start = at("2026-11-30", 10)
    book_visit(database.begin, database.read, other, Spot(start, "staff1", "room1"), actor=ACTOR, now=NOW)
    return lambda: overbook(database.begin, database.read, new, start, **GIVEN)


def _kept(database: Database, _world: World) -> Try:
    new = WantedVisit("patient1", "loc1", kind_named("dry-needling"), (SHOULDER,))
    spot = Spot(at("2026-11-30", 10), "staff1", "room1")
    return lambda: keep(database.begin, database.read, new, spot, actor=ACTOR, now=NOW)


def _course(database: Database, _world: World) -> Try:
    return lambda: book_course(database.begin, database.read, wanted("plantar-heel"), **GIVEN)


def _offered(database: Database, _world: World) -> Try:
    plan = book_course(database.begin, database.read, wanted(), offer=True, actor=ACTOR, now=NOW).plan
    said: dict[str, Any] = {"who": "Ada Adler", "how": How.PHONE, "version": 1}
    return lambda: offering.accept(database.begin, plan, **said, **GIVEN)


def _moved(database: Database, world: World) -> Try:
    courses(database, world, ("booked", 4))
    spot = Spot(at("2026-11-30", 10), "staff1", "room1")
    visit = first_visit(database)
    return lambda: move(database.begin, database.read, visit.public_id, spot, version=visit.version, **GIVEN)


def _confirmed(database: Database, world: World) -> Try:
    courses(database, world, ("pencilled", 4))
    visit = first_visit(database)
    return lambda: turn(database.begin, visit.public_id, Status.BOOKED, version=visit.version, **GIVEN)


def _replanned(database: Database, world: World) -> Try:
    plan = courses(database, world, ("done", -4), ("booked", 4), None)
    rest = Asked(plan, gap_after=6)
    return lambda: replan(database.begin, database.read, rest, seen=None, **GIVEN)


def _settled(database: Database, world: World) -> Try:
    plan = courses(database, world, ("done", -7), ("pencilled", 4), reassess=(after(1),))
    mark(database, plan, 1)
    return lambda: settle(database.begin, plan, Status.BOOKED, version=1, **GIVEN)


def _decided(database: Database, world: World) -> Try:
    plan = courses(database, world, ("done", -7), ("pencilled", 4), reassess=(after(1),))
    with database.read() as unit:
        session = reads.sessions(unit.connection, 1)[0].public_id
    return lambda: decide(database.begin, plan, session, "continue", version=1, **GIVEN)


def _came(database: Database, world: World) -> Try:
    courses(database, world, ("booked", 0), hour=8)
    visit = first_visit(database)
    flow(database.begin, visit.public_id, Status.NO_SHOW, version=visit.version, actor=ACTOR, now=NOW)
    return lambda: came(database.begin, visit.public_id, version=visit.version + 1, **GIVEN)


def _linked(database: Database, world: World) -> Try:
    post = Post(database, world).book(at("2026-11-25", 10)).run()
    token = post.pages[-1].text.partition("/v/")[2].split()[0]
    sent = links.Sent(token, post.visit.version, None, "request")
    return lambda: links.move(
        database.begin, database.read, sent, Spot(at("2026-11-26", 11), "staff1", "room1"), now=post.now
    )


def _started(database: Database, world: World) -> Try:
    courses(database, world, ("arrived", 0), hour=8)
    visit = first_visit(database)
    consented(database, world.patients[0])
    asked(database, world.patients[0], [instant_of(visit.starts).date()])
    return lambda: start(database.begin, visit.public_id, needling=True, version=visit.version, **GIVEN)


PATHS: Final[dict[str, Callable[[Database, World], Try]]] = {
    "a visit": _single,
    "a time kept for a form": _kept,
    "a time given twice": _overbooked,
    "a course": _course,
    "an offer": _offered,
    "a move": _moved,
    "a confirmation": _confirmed,
    "the rest of a course": _replanned,
    "what is pencilled": _settled,
    "a reassessment": _decided,
    "a no-show that was none": _came,
    "a link": _linked,
    "a start": _started,
}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_no_use_case_books_or_starts_what_is_blocked(database: Database, world: World, path: str) -> None:
    screened(database, world.patients[0])
    attempt = PATHS[path](database, world)
    before = needling_now(database)
    block(database, world)
    with pytest.raises(ClinicError) as raised:
        attempt()
    assert isinstance(raised.value, Refused | Infeasible) or path == "a link"
    assert needling_now(database) == before


def test_every_use_case_that_could_is_tried() -> None:
    through_apply_alone = {"moves", "holds, moves and bookings", "the inverse changes"}
    others = {what for what in WRITES.values() if what not in PATHS} - through_apply_alone
    assert all(
        "alone" in what or "back" in what or "no visit" in what or "nothing" in what or "leaves" in what
        for what in others
    )
