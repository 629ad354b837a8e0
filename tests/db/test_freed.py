"""A time that became free: offered by mail and on the phone, and who gets it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from clinic.db.tables.patients import patient as patients
from clinic.db.tables.practice import staff
from clinic.db.unit import Database
from clinic.db.visits import freed, loads
from clinic.db.visits.freed import Freed
from clinic.domain.errors import Invalid, NotFound, SlotTaken, Stale
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Stretch
from clinic.domain.visits.waiting import Outcome, State
from clinic.services.apply import apply
from clinic.services.messages.jobs import run_due
from clinic.services.visits import freed as offering
from clinic.services.visits.undo import undo
from tests.waiting import (
    LATER,
    SUITS,
    TUESDAY,
    answer,
    book,
    call,
    crowd,
    fitting,
    free,
    given_back,
    offer,
    offers,
    sooner,
    state,
    statuses,
    wait,
)
from tests.world import ACTOR, NOW, World, needling, single


@pytest.fixture
def world(database: Database) -> World:
    return crowd(database)


@pytest.fixture
def slot(database: Database, world: World) -> Freed:
    return given_back(database, world)


def test_the_first_yes_wins_and_the_others_are_told(database: Database, world: World, slot: Freed) -> None:
    later = book(database, world, LATER, 1)
    entries = [sooner(database, later), wait(database, 2), wait(database, 3)]
    assert offer(database, entries) == 3
    assert statuses(database, world.patients[1]) == ["booked", "held"]
    with pytest.raises(SlotTaken):
        book(database, world, TUESDAY, 0)
    first, second, third = offers(database)
    answer(database, third, "refuse")
    answer(database, first)
    assert [each.outcome for each in offers(database)] == [Outcome.ACCEPTED, Outcome.TAKEN, Outcome.REFUSED]
    assert statuses(database, world.patients[1]) == ["booked", "released"]
    with database.read() as unit:
        assert loads.visit(unit.connection, later).starts == TUESDAY
        freed_since = freed.ahead(unit.connection, TUESDAY - 1)
    assert [each.starts for each in freed_since] == [LATER]
    assert [state(database, each) for each in entries] == [State.PLACED, State.OPEN, State.OPEN]
    with pytest.raises(Invalid, match="offer_taken"):
        answer(database, second)
    with pytest.raises(Invalid, match="offer_over"):
        answer(database, third)


def test_a_therapist_is_kept_no_longer_than_a_visit_takes_of_his_time(
    database: Database, world: World, slot: Freed
) -> None:
    exercise = Stretch(LATER + 9, LATER + 15, world.staff[1], world.gym, (Modality.EXERCISE,))
    with database.begin() as unit:
        new = single(world, needling(world, LATER), exercise, patient=1)
        later = apply(unit, (Book(new),), actor=ACTOR, now=NOW).visits[0]
    book(database, world, TUESDAY + 9, 2)
    assert offer(database, [sooner(database, later)]) == 1
    with database.read() as unit:
        (kept,) = loads.visit(unit.connection, free(database).held or "").stretches
    assert (kept.staff_id, kept.starts, kept.ends) == (world.staff[0], TUESDAY, TUESDAY + 9)
    answer(database, offers(database)[0])
    with database.read() as unit:
        assert [each.starts for each in loads.visit(unit.connection, later).stretches] == [TUESDAY, TUESDAY + 9]


def test_a_new_visit_is_booked_for_who_has_none(database: Database, world: World, slot: Freed) -> None:
    entry = wait(database, 2)
    offer(database, [entry])
    answer(database, offers(database)[0])
    assert statuses(database, world.patients[2]) == ["released", "booked"]
    assert state(database, entry) is State.PLACED


def test_when_nobody_wants_it_the_time_is_free_again(database: Database, world: World, slot: Freed) -> None:
    offer(database, [wait(database, 1), wait(database, 2)])
    for each in offers(database):
        answer(database, each, "refuse")
    assert free(database).state == "open"
    assert statuses(database, world.patients[1]) == ["released"]
    book(database, world, TUESDAY, 0)


def test_an_offer_that_nobody_answers_is_over_by_itself(database: Database, world: World, slot: Freed) -> None:
    offer(database, [wait(database, 1)])
    until = free(database).hold_until
    assert until is not None
    run_due(database.begin, database.read, now=until - timedelta(seconds=1))
    assert free(database).state == "offered"
    run_due(database.begin, database.read, now=until)
    assert free(database).state == "open"
    assert [each.outcome for each in offers(database)] == [Outcome.EXPIRED]
    with pytest.raises(Invalid, match="offer_over"):
        answer(database, offers(database)[0], now=until)


def test_an_offer_that_was_taken_outlives_its_job(database: Database, world: World, slot: Freed) -> None:
    offer(database, [wait(database, 1)])
    until = free(database).hold_until
    answer(database, offers(database)[0])
    run_due(database.begin, database.read, now=until or NOW)
    assert statuses(database, world.patients[1]) == ["released", "booked"]


def test_a_late_yes_is_no_yes(database: Database, world: World, slot: Freed) -> None:
    offer(database, [wait(database, 1)])
    with pytest.raises(Invalid, match="offer_over"):
        answer(database, offers(database)[0], now=free(database).hold_until)
    with pytest.raises(Stale):
        answer(database, offers(database)[0], version=9)
    with pytest.raises(NotFound):
        offering.accept(database.begin, database.read, "other", version=1, request_id="r", now=NOW)


def test_who_is_not_written_to_is_called(database: Database, world: World, slot: Freed) -> None:
    entry = wait(database, 1)
    with database.begin() as unit:
        unit.connection.execute(update(patients).values(invites="none"))
    with pytest.raises(Invalid, match="offered_to_nobody"):
        offer(database, [entry])
    with pytest.raises(Invalid, match="offered_to_nobody"):
        offer(database, [])
    visit = call(database, entry, Outcome.ACCEPTED)
    with database.read() as unit:
        assert loads.visit(unit.connection, visit).starts == TUESDAY


def test_calls_are_kept_with_what_came_of_them(database: Database, world: World, slot: Freed) -> None:
    first, second = wait(database, 1), wait(database, 2)
    assert call(database, first, Outcome.TRIED, note="engaged") == ""
    assert call(database, first, Outcome.REFUSED) == ""
    assert call(database, second, Outcome.ACCEPTED)
    assert [(each.way, each.outcome, each.note) for each in offers(database)] == [
        ("call", "tried", "engaged"),
        ("call", "refused", ""),
        ("call", "accepted", ""),
    ]
    assert [state(database, each) for each in (first, second)] == [State.OPEN, State.PLACED]


def test_a_call_settles_what_is_offered_by_mail(database: Database, world: World, slot: Freed) -> None:
    first, second = wait(database, 1), wait(database, 2)
    offer(database, [first])
    assert call(database, second, Outcome.ACCEPTED)
    assert [each.outcome for each in offers(database)] == [Outcome.TAKEN, Outcome.ACCEPTED]
    with pytest.raises(IndexError):
        free(database)


def test_what_is_near_is_offered_on_the_phone_and_once(database: Database, world: World, slot: Freed) -> None:
    entry = wait(database, 1)
    near = {"version": slot.version, "actor": ACTOR, "now": instant_of(TUESDAY) - timedelta(hours=24)}
    with pytest.raises(Invalid, match="offer_by_phone"):
        offering.offer(database.begin, database.read, slot.public_id, [entry], **near)  # type: ignore[arg-type]
    offer(database, [entry])
    with pytest.raises(Invalid, match="offered_already"):
        offer(database, [entry])


def test_every_step_is_in_the_audit_trail_without_words(database: Database, world: World, slot: Freed) -> None:
    offer(database, [wait(database, 1, replace(SUITS, note="afraid of needles"))])
    answer(database, offers(database)[0])
    with database.read() as unit:
        rows = unit.connection.execute(text("SELECT act, detail FROM audit ORDER BY id")).all()
    acts = [row.act for row in rows if row.act.partition(".")[0] in ("waiting", "freed")]
    assert acts == ["waiting.list", "freed.offer", "freed.reply", "waiting.end", "freed.close"]
    assert "afraid" not in str(rows)


def test_who_was_written_to_may_also_say_it_on_the_phone(database: Database, world: World, slot: Freed) -> None:
    first, second = wait(database, 1), wait(database, 2)
    offer(database, [first, second])
    call(database, second, Outcome.REFUSED)
    assert [each.outcome for each in offers(database)] == [Outcome.OPEN, Outcome.REFUSED, Outcome.REFUSED]
    assert call(database, first, Outcome.ACCEPTED)
    assert next(each.outcome for each in offers(database)) is Outcome.ACCEPTED


def test_the_last_no_on_the_phone_frees_the_time(database: Database, world: World, slot: Freed) -> None:
    entry = wait(database, 1)
    offer(database, [entry])
    call(database, entry, Outcome.REFUSED)
    assert free(database).state == "open"
    assert statuses(database, world.patients[1]) == ["released"]


def test_a_yes_on_the_phone_is_not_undone_as_if_nobody_had_waited(
    database: Database, world: World, slot: Freed
) -> None:
    desk = replace(ACTOR, request_id="form")
    assert call(database, wait(database, 1), Outcome.ACCEPTED, actor=desk)
    with pytest.raises(Invalid, match="stays_done"):
        undo(database.begin, "form", actor=replace(desk, request_id="undo"), now=NOW)
    assert statuses(database, world.patients[1]) == ["booked"]


def test_nobody_fits_a_time_of_somebody_who_left(database: Database, world: World, slot: Freed) -> None:
    sooner(database, book(database, world, LATER, 1))
    wait(database, 2)
    assert len(fitting(database)) == 2
    with database.begin() as unit:
        unit.connection.execute(update(staff).where(staff.c.id == world.staff[0]).values(active=False))
    assert fitting(database) == []
