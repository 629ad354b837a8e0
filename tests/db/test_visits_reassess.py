from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from clinic.content.protocols import load
from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.courses.reads import SessionRow
from clinic.db.unit import Database
from clinic.domain.errors import Invalid, NotFound, Stale
from clinic.domain.visits.visit import Status
from clinic.services.courses.book import book
from clinic.services.courses.wanted import Wanted
from clinic.services.visits.reassess import mark, settle
from tests.world import ACTOR, NOW, SHOULDER, World

HEADACHE = next(protocol for protocol in load() if protocol.key == "tension-headache")
ONCE = Once("account:x", "form-1", "abc")


@pytest.fixture
def plan(database: Database, world: World) -> str:
    """Six sessions, three of them booked; reassessments after the third and the sixth, and after a month."""
    wanted = Wanted("patient1", "loc1", HEADACHE, date(2026, 11, 23), (SHOULDER,))
    return book(database.begin, database.read, wanted, actor=ACTOR, now=NOW).plan


def sessions(database: Database, plan: str) -> tuple[SessionRow, ...]:
    with database.read() as unit:
        return reads.sessions(unit.connection, reads.plan_row(unit.connection, plan).id)


def statuses(database: Database, plan: str) -> list[str | None]:
    return [session.status for session in sessions(database, plan) if session.kind == "treatment"]


def reassess(
    database: Database, plan: str, ordinal: int, outcome: str = "continue", version: int = 1, once: Once | None = None
) -> None:
    session = sessions(database, plan)[ordinal - 1].public_id
    mark(database.begin, plan, session, outcome, version=version, actor=ACTOR, once=once, now=NOW)


def decide(
    database: Database, plan: str, status: Status = Status.BOOKED, version: int = 1, once: Once | None = None
) -> int:
    return settle(database.begin, plan, status, version=version, actor=ACTOR, once=once, now=NOW)


def test_a_course_that_goes_on_is_confirmed_to_its_next_reassessment(database: Database, plan: str) -> None:
    reassess(database, plan, 3)
    third = sessions(database, plan)[2]
    assert (third.reassessed_at, third.outcome) == (NOW, "continue")
    assert statuses(database, plan) == ["booked"] * 3 + ["pencilled"] * 3
    assert decide(database, plan, version=2) == 3
    assert statuses(database, plan) == ["booked"] * 6
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM obligation WHERE kind = 'visit'")).scalar_one() == 6


def test_nothing_is_confirmed_before_the_reassessment(database: Database, plan: str) -> None:
    with pytest.raises(Invalid, match="reassessment_first"):
        decide(database, plan)
    assert statuses(database, plan) == ["booked"] * 3 + ["pencilled"] * 3


def test_when_every_reassessment_is_done_all_that_is_pencilled_is_confirmed(database: Database, plan: str) -> None:
    for version, ordinal in enumerate((3, 6, 7), start=1):
        reassess(database, plan, ordinal, version=version)
    assert decide(database, plan, version=4) == 3


def test_a_course_that_stops_releases_what_is_pencilled(database: Database, plan: str) -> None:
    reassess(database, plan, 3, "stop")
    assert statuses(database, plan) == ["booked"] * 3 + [None] * 3
    with database.read() as unit:
        assert reads.plan_row(unit.connection, plan).status == "stopped"
    with pytest.raises(Invalid, match="nothing_pencilled"):
        decide(database, plan, version=2)


def test_what_is_pencilled_is_released_without_a_reassessment(database: Database, plan: str) -> None:
    assert decide(database, plan, Status.RELEASED, once=ONCE) == 3
    assert decide(database, plan, Status.RELEASED, once=ONCE) == 0
    assert statuses(database, plan) == ["booked"] * 3 + [None] * 3
    with pytest.raises(Invalid, match="nothing_pencilled"):
        decide(database, plan, Status.RELEASED)


def test_a_reassessment_is_marked_once(database: Database, plan: str) -> None:
    reassess(database, plan, 3, once=ONCE)
    reassess(database, plan, 3, once=ONCE)
    with pytest.raises(Invalid, match="reassessed_already"):
        reassess(database, plan, 3, version=2)
    with pytest.raises(Invalid, match="key_reused"):
        reassess(database, plan, 3, version=2, once=replace(ONCE, digest="xyz"))


def test_a_plan_that_moved_on_is_stale(database: Database, plan: str) -> None:
    reassess(database, plan, 3)
    with pytest.raises(Stale) as stale:
        reassess(database, plan, 6)
    assert (stale.value.params["what"], stale.value.params["current"]) == ("plan", 2)
    with pytest.raises(Stale):
        decide(database, plan)


def test_only_a_reassessment_of_this_plan_can_be_marked(database: Database, plan: str) -> None:
    with pytest.raises(NotFound):
        reassess(database, plan, 1)
    with pytest.raises(NotFound):
        mark(database.begin, plan, "nothing", "continue", version=1, actor=ACTOR, now=NOW)
    for unknown in (lambda: decide(database, "nothing"), lambda: sessions(database, "nothing")):
        with pytest.raises(NotFound):
            unknown()


def test_an_outcome_that_nobody_knows_is_refused(database: Database, plan: str) -> None:
    with pytest.raises(Invalid, match="unknown_outcome"):
        reassess(database, plan, 3, "rest")
