from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from clinic.db.messages import tasks
from clinic.db.tables.messages import obligation
from clinic.db.unit import Database, Unit
from clinic.db.visits import board, loads, reads
from clinic.db.visits.kept import lapsed
from clinic.domain.errors import NotFound, SlotTaken
from clinic.domain.time import ticks_for
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.messages.jobs import run_due
from clinic.services.visits.book import book
from clinic.services.visits.change import move
from clinic.services.visits.keep import KEPT_FOR, give_back, keep
from clinic.services.visits.offers import offers_for_single, open_for_single
from clinic.services.visits.shift import Wish, blocked
from clinic.services.visits.undo import undo
from clinic.services.visits.wanted import Spot, WantedVisit
from tests.world import ACTOR, NOW, World, at

DAY = "2026-11-24"
TEN = Spot(at(DAY, 10), "staff1", "room1")
ELEVEN = Spot(at(DAY, 11), "staff1", "room1")
LATER = NOW + KEPT_FOR
DESK = replace(ACTOR, name="account:desk")


def wanted(patient: str = "patient1") -> WantedVisit:
    return WantedVisit(patient, "loc1", single("assessment"))


def kept(database: Database, spot: Spot = TEN, *, instead: str = "", patient: str = "patient1", now=NOW) -> str:  # type: ignore[no-untyped-def]
    return keep(database.begin, database.read, wanted(patient), spot, instead=instead, actor=DESK, now=now).public_id


def booked(database: Database, spot: Spot = TEN, *, own: str = "", patient: str = "patient1", now=NOW) -> str:  # type: ignore[no-untyped-def]
    return book(database.begin, database.read, wanted(patient), spot, kept=own, actor=DESK, now=now)


def status(database: Database, public_id: str) -> Status:
    with database.read() as unit:
        return loads.visit(unit.connection, public_id).status


def test_a_time_that_is_kept_is_nobody_elses_and_nobody_is_told(database: Database, world: World) -> None:
    held = kept(database)
    assert status(database, held) is Status.HELD
    for taking in (booked, kept):
        with pytest.raises(SlotTaken):
            taking(database, patient="patient2")
    with database.read() as unit:
        assert unit.connection.execute(select(func.count()).select_from(obligation)).scalar_one() == 0


def test_the_form_that_kept_it_books_it(database: Database, world: World) -> None:
    held = kept(database)
    assert booked(database, own=held) == held
    assert status(database, held) is Status.BOOKED
    with database.read() as unit:
        assert unit.connection.execute(select(func.count()).select_from(obligation)).scalar_one() > 0
    give_back(database.begin, held, actor=DESK, now=NOW)
    assert status(database, held) is Status.BOOKED


def test_another_choice_gives_the_first_one_back(database: Database, world: World) -> None:
    first = kept(database)
    second = kept(database, ELEVEN, instead=first)
    assert (status(database, first), status(database, second)) == (Status.RELEASED, Status.HELD)
    half = Spot(at(DAY, 11, 15), "staff1", "room1")
    third = kept(database, half, instead=second)
    assert booked(database, TEN, own=third) not in (first, second, third)
    assert status(database, third) is Status.RELEASED


def test_a_form_that_is_left_gives_it_back(database: Database, world: World) -> None:
    held = kept(database)
    for _ in range(2):
        give_back(database.begin, held, actor=DESK, now=NOW)
    assert status(database, held) is Status.RELEASED
    assert booked(database, patient="patient2")


def test_what_a_colleague_keeps_is_neither_given_back_nor_taken_nor_exchanged(database: Database, world: World) -> None:
    held, other = kept(database), replace(ACTOR, name="account:other")
    with pytest.raises(NotFound):
        give_back(database.begin, held, actor=other, now=NOW)
    how = {"actor": other, "now": NOW}
    with pytest.raises(NotFound):
        keep(database.begin, database.read, wanted(), ELEVEN, instead=held, **how)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        book(database.begin, database.read, wanted(), TEN, kept=held, **how)  # type: ignore[arg-type]
    assert status(database, held) is Status.HELD
    give_back(database.begin, "nothing", actor=other, now=NOW)
    give_back(database.begin, held, actor=DESK, now=NOW)
    assert status(database, held) is Status.RELEASED


def test_nothing_but_what_is_kept_is_given_back(database: Database, world: World) -> None:
    visit = booked(database)
    for other in (visit, "nobody", ""):
        give_back(database.begin, other, actor=DESK, now=NOW)
    assert status(database, visit) is Status.BOOKED
    assert kept(database, ELEVEN, instead=visit, patient="patient2")
    assert status(database, visit) is Status.BOOKED


def test_after_seven_and_a_half_minutes_it_is_free(database: Database, world: World) -> None:
    held = kept(database)
    run_due(database.begin, database.read, now=LATER - timedelta(seconds=1))
    assert status(database, held) is Status.HELD
    run_due(database.begin, database.read, now=LATER)
    assert status(database, held) is Status.RELEASED
    assert booked(database, own=held, now=LATER) != held


def test_who_asks_for_it_then_need_not_wait_for_a_job(database: Database, world: World) -> None:
    held = kept(database)
    assert booked(database, patient="patient2", now=LATER)
    assert status(database, held) is Status.RELEASED
    with pytest.raises(SlotTaken):
        booked(database, own=held, now=LATER)


def test_what_lapsed_is_on_no_board_and_free_to_everybody_before_it_is_written_down(
    database: Database, world: World
) -> None:
    held = kept(database)

    def seen(now: datetime) -> tuple[object, set[str], bool]:
        span = (world.location, at(DAY, 0), at(DAY, 23))
        with database.read() as unit:
            gone = lapsed(unit.connection, now)
            shown = {row.public_id for row in reads.board(unit.connection, *span, without=gone)}
            return board.revision(unit.connection, *span, without=gone), shown, is_open(unit, now)

    before, shown, free = seen(LATER - timedelta(seconds=1))
    assert (shown, free) == ({held}, False)
    after, shown, free = seen(LATER)
    assert (shown, free) == (set(), True)
    assert before != after
    assert status(database, held) is Status.HELD
    run_due(database.begin, database.read, now=LATER)
    assert status(database, held) is Status.RELEASED
    assert seen(LATER) == (after, set(), True)


def test_nobody_is_in_the_way_whose_time_has_lapsed(database: Database, world: World) -> None:
    visit, held = booked(database, ELEVEN, patient="patient2"), kept(database)
    for now, code in ((LATER - timedelta(seconds=1), "therapist_busy"), (LATER, "outside_hours")):
        assert blocked(database.read, visit, Wish(TEN.start), now=now).code == code
    assert status(database, held) is Status.HELD


def is_open(unit: Unit, now: datetime) -> bool:
    found = open_for_single(unit, wanted("patient2"), date.fromisoformat(DAY), now=now)
    try:
        return bool(found.at(TEN))
    except SlotTaken:
        return False


def test_whoever_takes_a_time_that_lapsed_has_it(database: Database, world: World) -> None:
    visit, held = booked(database, ELEVEN, patient="patient2"), kept(database)
    how = {"version": 1, "actor": DESK}
    with pytest.raises(SlotTaken):
        move(database.begin, database.read, visit, TEN, now=LATER - timedelta(seconds=1), **how)  # type: ignore[arg-type]
    move(database.begin, database.read, visit, TEN, now=LATER, **how)  # type: ignore[arg-type]
    assert status(database, held) is Status.RELEASED
    with database.read() as unit:
        assert loads.visit(unit.connection, visit).starts == TEN.start
        assert lapsed(unit.connection, LATER) == []


def test_a_time_that_was_booked_does_not_expire(database: Database, world: World) -> None:
    held = kept(database)
    booked(database, own=held)
    run_due(database.begin, database.read, now=LATER)
    assert status(database, held) is Status.BOOKED


@pytest.mark.parametrize("spot", [TEN, ELEVEN])
def test_what_a_form_booked_out_of_a_time_it_kept_is_undone(database: Database, world: World, spot: Spot) -> None:
    desk = replace(DESK, request_id="form")
    held = kept(database)
    visit = book(database.begin, database.read, wanted(), spot, kept=held, actor=desk, now=NOW)
    assert undo(database.begin, "form", actor=replace(desk, request_id="undo"), now=NOW)[-1:]
    assert (status(database, visit), status(database, held)) == (Status.RELEASED, Status.RELEASED)
    assert booked(database, spot, patient="patient2")


def test_the_first_of_the_free_times_is_the_first(database: Database, world: World) -> None:
    first, *_ = offers_for_single(database.read, wanted(), NOW.date(), now=NOW)
    held = kept(database, first.spot)
    second, *_ = offers_for_single(database.read, wanted("patient2"), NOW.date(), now=NOW)
    assert held
    assert second.spot != first.spot


def test_who_books_for_two_languages_raises_one_task_that_goes_with_the_visit(database: Database, world: World) -> None:
    held = kept(database)
    asked = replace(wanted(), extra_minutes=15, interpreter="Polish")
    made = book(database.begin, database.read, asked, TEN, kept=held, actor=DESK, now=NOW)
    assert made != held
    with database.read() as unit:
        visit = loads.visit(unit.connection, made)
        line = tasks.of_kind(unit.connection, made, "interpreter")
        assert tasks.of_kind(unit.connection, held, "interpreter") is None
    assert visit.ends - visit.starts == ticks_for(45 + 15)
    assert line is not None
    assert (line.state, line.detail["language"]) == ("open", "Polish")
