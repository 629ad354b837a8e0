"""A course that is offered: held, then accepted, declined, or over by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from clinic.db.courses import offers, reads
from clinic.db.courses.worklist import Scope
from clinic.db.tables.messages import obligation
from clinic.db.tables.visits import appointment, claim
from clinic.db.unit import Database
from clinic.domain.courses.offer import How
from clinic.domain.errors import Forbidden, Invalid, Stale
from clinic.services.courses import offering
from clinic.services.courses.book import book
from clinic.services.messages.jobs import run_due
from tests.db.test_courses import look, wanted
from tests.world import ACTOR, NOW, World

UNTIL = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PHONE = {"who": "Ada Adler", "how": How.PHONE, "actor": ACTOR, "now": NOW}


@pytest.fixture
def plan(database: Database, world: World) -> str:
    return book(database.begin, database.read, wanted(), offer=True, actor=ACTOR, now=NOW).plan


def statuses(database: Database) -> list[str]:
    with database.read() as unit:
        return list(unit.connection.execute(select(appointment.c.status).order_by(appointment.c.starts_tick)).scalars())


def count(database: Database, query: object) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(query).scalar_one())  # type: ignore[call-overload]


OWED = select(func.count()).select_from(obligation)
TAKEN = select(func.count()).select_from(claim).where(claim.c.active)


def state(database: Database, plan: str) -> tuple[str, str]:
    with database.read() as unit:
        row = reads.plan_row(unit.connection, plan)
        offer = offers.of_plan(unit.connection, row.id)
    assert offer is not None
    return row.status, offer.outcome


def test_an_offered_course_is_held_and_nobody_is_told(database: Database, plan: str) -> None:
    assert statuses(database) == ["held"] * 6
    assert state(database, plan) == ("offered", "open")
    assert count(database, OWED) == 0
    assert count(database, TAKEN) > 0
    with database.read() as unit:
        until = set(unit.connection.execute(select(appointment.c.hold_until)).scalars())
        assert until == {UNTIL}
        assert [each.hold_until for each in offers.waiting(unit.connection, Scope())] == [UNTIL]
        assert offers.waiting(unit.connection, Scope(therapist="nobody", location="nowhere")) == ()


def test_a_yes_books_it_to_its_reassessment_and_keeps_who_said_so_and_how(database: Database, plan: str) -> None:
    offering.accept(database.begin, plan, version=1, **PHONE)  # type: ignore[arg-type]
    assert statuses(database) == ["booked"] * 3 + ["pencilled"] * 3
    assert state(database, plan) == ("active", "accepted")
    assert count(database, OWED) > 0
    with database.read() as unit:
        kept = offers.of_plan(unit.connection, 1)
        assert kept is not None
        assert (kept.accepted_by, kept.how, kept.who, kept.settled_at) == ("Ada Adler", "phone", ACTOR.name, NOW)
        assert set(unit.connection.execute(select(appointment.c.hold_until)).scalars()) == {None}


def test_a_no_frees_the_times(database: Database, plan: str) -> None:
    offering.decline(database.begin, plan, version=1, actor=ACTOR, now=NOW)
    assert statuses(database) == ["released"] * 6
    assert state(database, plan) == ("stopped", "declined")
    assert count(database, TAKEN) == 0
    assert look(database, wanted()).booked_through == 3


def test_an_offer_that_nobody_answers_is_over_by_itself(database: Database, plan: str) -> None:
    run_due(database.begin, database.read, now=UNTIL - timedelta(seconds=1))
    assert state(database, plan) == ("offered", "open")
    run_due(database.begin, database.read, now=UNTIL)
    assert state(database, plan) == ("stopped", "expired")
    assert statuses(database) == ["released"] * 6
    assert count(database, TAKEN) == count(database, OWED) == 0


def test_a_course_that_was_accepted_outlives_its_offer(database: Database, plan: str) -> None:
    offering.accept(database.begin, plan, version=1, **PHONE)  # type: ignore[arg-type]
    run_due(database.begin, database.read, now=UNTIL)
    assert state(database, plan) == ("active", "accepted")


def test_an_offer_is_answered_once(database: Database, plan: str) -> None:
    offering.decline(database.begin, plan, version=1, actor=ACTOR, now=NOW)
    with pytest.raises(Stale):
        offering.accept(database.begin, plan, version=1, **PHONE)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        offering.accept(database.begin, plan, version=2, **PHONE)  # type: ignore[arg-type]
    assert refused.value.code == "offer_settled"


def test_who_may_not_book_accepts_nothing(database: Database, plan: str) -> None:
    nobody = type(ACTOR)("account:x", frozenset({"visit.cancel"}))
    with pytest.raises(Forbidden):
        offering.accept(database.begin, plan, who="Ada", how=How.HERE, version=1, actor=nobody, now=NOW)
    assert state(database, plan) == ("offered", "open")
