"""A wait list to test with: who waits, what becomes free, and what he is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select, text, update

from clinic.db.tables.waiting import freed as freed_times
from clinic.db.tables.waiting import freed_offer
from clinic.db.unit import Database
from clinic.db.visits import freed, waiting
from clinic.db.visits.freed import Freed, OfferRow
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.domain.visits.waiting import Outcome, State, Suits, Urgency
from clinic.services.access.sessions import hashed
from clinic.services.apply import apply
from clinic.services.visits import freed as offering
from clinic.services.visits import waitlist
from clinic.services.visits.change import turn
from clinic.services.visits.fitting import fits
from clinic.services.visits.waitlist import Wish
from tests.world import ACTOR, NOW, World, at, build, needling, patient, single

TUESDAY = at("2026-11-24", 10)
LATER = at("2026-12-01", 10)
SUITS = Suits(Urgency.ROUTINE, 2, date(2026, 11, 20))


def book(database: Database, world: World, starts: int, patient: int, **where: int) -> str:
    with database.begin() as unit:
        new = single(world, needling(world, starts, **where), patient=patient)
        return apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]


def cancel(database: Database, visit: str) -> None:
    turn(database.begin, visit, Status.CANCELLED, version=1, actor=ACTOR, reason="patient_ill", now=NOW)


def wait(database: Database, patient: int, suits: Suits = SUITS, **wish: str) -> str:
    wanted = {"single": "manual-therapy", "patient": f"patient{patient + 1}", "location": "loc1"} | wish
    return waitlist.add(database.begin, Wish(suits, **wanted), actor=ACTOR, now=NOW)  # type: ignore[arg-type]


def sooner(database: Database, visit: str, suits: Suits = SUITS) -> str:
    return waitlist.add(database.begin, Wish(suits, visit=visit), actor=ACTOR, now=NOW)


def free(database: Database) -> Freed:
    with database.read() as unit:
        return freed.ahead(unit.connection, TUESDAY - 1)[0]


def given_back(database: Database, world: World) -> Freed:
    """Tuesday at ten was taken, and is free again."""
    cancel(database, book(database, world, TUESDAY, 0))
    return free(database)


def fitting(database: Database) -> list[str]:
    with database.read() as unit:
        return [each.entry.public_id for each in fits(unit, free(database), now=NOW).found]


def offer(database: Database, entries: Sequence[str]) -> int:
    found = free(database)
    how = {"version": found.version, "actor": ACTOR, "now": NOW}
    return offering.offer(database.begin, database.read, found.public_id, entries, **how)  # type: ignore[arg-type]


def offers(database: Database) -> tuple[OfferRow, ...]:
    with database.begin() as unit:
        kept = unit.connection.execute(select(freed_times.c.id).order_by(freed_times.c.id)).scalars().first()
        for id_ in unit.connection.execute(select(freed_offer.c.id)).scalars().all():
            unit.connection.execute(
                update(freed_offer).where(freed_offer.c.id == id_).values(token_hash=hashed(f"token{id_}"))
            )
        return freed.offers(unit.connection, kept or 0)


def answer(database: Database, one: OfferRow, deed: str = "accept", **changed: object) -> None:
    how = {"version": one.version, "request_id": "r1", "now": NOW} | changed
    getattr(offering, deed)(database.begin, database.read, f"token{one.id}", **how)


def statuses(database: Database, patient: int) -> list[str]:
    with database.read() as unit:
        query = "SELECT status FROM appointment WHERE patient_id = :id ORDER BY id"
        return list(unit.connection.execute(text(query), {"id": patient}).scalars())


def state(database: Database, entry: str) -> State:
    with database.read() as unit:
        return waiting.entry(unit.connection, entry).state


def call(database: Database, entry: str, outcome: Outcome, **changed: object) -> str:
    found = free(database)
    how = {"version": found.version, "actor": ACTOR, "now": NOW} | changed
    kept = (database.begin, database.read, found.public_id, entry, outcome)
    return offering.called(*kept, **how)  # type: ignore[arg-type]


def crowd(database: Database) -> World:
    """The small practice with two more patients."""
    made = build(database)
    with database.begin() as unit:
        more = tuple(patient(unit.connection, n) for n in (3, 4))
    return replace(made, patients=(*made.patients, *more))
