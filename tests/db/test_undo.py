"""Undoing what somebody did to visits."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from clinic.db.access.idempotency import Once
from clinic.db.unit import Database
from clinic.db.visits import reads, steps
from clinic.domain.access.actors import Actor, system
from clinic.domain.errors import Conflict, Forbidden, Invalid, NotFound, SlotTaken
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Answered, Book, Change, Move, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.visits.undo import undo
from tests.db.post import Post
from tests.world import NOW, World, at, needling, single, visit_now

TEN, ELEVEN = at("2026-11-23", 10), at("2026-11-23", 11)
DESK = Actor("account:desk", system("x").permissions, "form-1")


def do(database: Database, *changes: Change, form: str = "form-1", reason: str = "") -> tuple[str, ...]:
    with database.begin() as unit:
        return apply(unit, changes, actor=replace(DESK, request_id=form), reason=reason, now=NOW).visits


def booked(database: Database, world: World, starts: int = TEN, **how: int) -> Visit:
    patient = how.pop("patient", 0)
    [public_id] = do(database, Book(single(world, needling(world, starts, **how), patient=patient)), form="before")
    return visit_now(database, public_id)


def back(database: Database, form: str = "form-1", actor: Actor = DESK, once: Once | None = None) -> tuple[str, ...]:
    return undo(database.begin, form, actor=replace(actor, request_id="undo"), once=once, now=NOW)


def count(database: Database, what: str) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 ours


def test_a_move_is_undone_with_its_room_its_therapist_and_what_the_patient_had_said(
    database: Database, world: World
) -> None:
    first = booked(database, world)
    do(database, Answered(first, Answer.ACCEPTED), form="reply")
    agreed = visit_now(database, first.public_id)
    do(database, Move(agreed, (needling(world, ELEVEN, staff=1, room=1),)))
    assert back(database) == (first.public_id,)
    found = visit_now(database, first.public_id)
    assert (found.stretches, found.status, found.answer) == (first.stretches, Status.CONFIRMED, "accepted")
    assert found.version == agreed.version + 2
    assert count(database, "claim WHERE active") == 3


def test_a_cancelled_visit_stands_again_without_its_reason(database: Database, world: World) -> None:
    first = booked(database, world)
    do(database, Turn(first, Status.CANCELLED), reason="patient_ill")
    assert back(database) == (first.public_id,)
    with database.read() as unit:
        row = reads.panel(unit.connection, first.public_id)[0]
    assert (row.status, row.cancel_reason) == ("booked", "")
    assert count(database, "claim WHERE active") == 3


def test_a_booking_that_is_undone_leaves_nothing_behind(database: Database, world: World) -> None:
    [public_id] = do(database, Book(single(world, needling(world, TEN))))
    back(database)
    assert visit_now(database, public_id).status is Status.RELEASED
    assert count(database, "claim WHERE active") == 0


@pytest.mark.parametrize("steps_taken", [1, 2, 3])
def test_a_step_of_the_day_leads_back_and_nobody_is_told(database: Database, world: World, steps_taken: int) -> None:
    exercise = replace(needling(world, TEN), modalities=(Modality.EXERCISE,))
    [public_id] = do(database, Book(replace(single(world, exercise), targets=())), form="before")
    through = [Status.BOOKED, Status.ARRIVED, Status.IN_SESSION, Status.DONE][: steps_taken + 1]
    for status in through[1:]:
        do(database, Turn(visit_now(database, public_id), status), form=status.value)
    with pytest.raises(Conflict, match="changed_since"):
        back(database, "before")
    for before, after in pairwise(reversed(through)):
        back(database, before.value)
        found = visit_now(database, public_id)
        assert (found.status, found.sequence) == (after, 0)
        assert count(database, "claim WHERE active") == 3
    back(database, "before")
    assert count(database, "claim WHERE active") == 0


def test_a_no_show_that_is_undone_takes_its_time_again_or_says_that_it_is_gone(
    database: Database, world: World
) -> None:
    first = booked(database, world)
    do(database, Turn(first, Status.NO_SHOW))
    booked(database, world, patient=1, room=1)
    with pytest.raises(SlotTaken):
        back(database)
    assert visit_now(database, first.public_id).status is Status.NO_SHOW


def test_what_one_form_did_to_several_visits_is_undone_together_or_not_at_all(database: Database, world: World) -> None:
    first = booked(database, world)
    second = booked(database, world, ELEVEN, patient=1)
    do(database, Turn(first, Status.CANCELLED), Move(second, (needling(world, TEN),)), reason="swap")
    back(database)
    assert visit_now(database, first.public_id).status is Status.BOOKED
    assert visit_now(database, second.public_id).stretches == second.stretches


def test_nobody_undoes_what_another_did(database: Database, world: World) -> None:
    do(database, Turn(booked(database, world), Status.ARRIVED))
    with pytest.raises(NotFound):
        back(database, actor=Actor("account:other", DESK.permissions))
    with pytest.raises(NotFound):
        undo(database.begin, "form-1", actor=DESK, now=NOW + timedelta(days=2))


def test_who_may_not_do_it_any_more_may_not_undo_it(database: Database, world: World) -> None:
    do(database, Turn(booked(database, world), Status.CANCELLED), reason="x")
    with pytest.raises(Forbidden):
        back(database, actor=replace(DESK, permissions=frozenset({"visit.book"})))


def test_an_undo_is_not_undone_and_a_form_that_is_sent_twice_undoes_once(database: Database, world: World) -> None:
    first, once = booked(database, world), Once(DESK.name, "key", "abc")
    do(database, Turn(first, Status.CANCELLED), reason="x")
    assert back(database, once=once) == (first.public_id,)
    assert back(database, once=once) == ()
    with pytest.raises(Invalid, match="stays_done"):
        back(database, "undo")


def test_the_list_says_what_was_done_and_what_can_still_be_undone(database: Database, world: World) -> None:
    first = booked(database, world)
    do(database, Move(first, (needling(world, ELEVEN),)))
    do(database, Turn(visit_now(database, first.public_id), Status.CANCELLED), form="form-2", reason="x")
    with database.read() as unit:
        found = steps.deeds(unit.connection, DESK.name, NOW)
        later = steps.deeds(unit.connection, DESK.name, NOW + timedelta(seconds=1))
    assert [(deed.request, [one.act for one in deed.done], deed.fresh) for deed in found] == [
        ("form-2", ["visit.cancelled"], True),
        ("form-1", ["visit.move"], False),
        ("before", ["visit.book"], False),
    ]
    assert later == ()


def test_a_time_that_is_only_kept_or_given_back_is_no_step_to_undo(database: Database, world: World) -> None:
    def fresh() -> list[bool]:
        with database.read() as unit:
            return [deed.fresh for deed in steps.deeds(unit.connection, DESK.name, NOW)]

    [held] = do(database, Book(single(world, needling(world, TEN), status=Status.HELD)), form="keeps")
    assert fresh() == [False]
    do(database, Turn(visit_now(database, held), Status.RELEASED), form="leaves")
    assert fresh() == [False, False]
    do(database, Book(single(world, needling(world, TEN))), form="books")
    assert fresh() == [True, False, False]


@pytest.mark.parametrize("what", ["move", "cancel", "book"])
def test_what_is_undone_within_the_hold_is_told_to_nobody(database: Database, world: World, what: str) -> None:
    post = Post(database, world).book().run()
    told = len(post.letters)
    changes: dict[str, Change] = {
        "move": Move(post.visit, (needling(world, ELEVEN),)),
        "cancel": Turn(post.visit, Status.CANCELLED),
        "book": Book(single(world, needling(world, ELEVEN + 24, staff=1, room=1), patient=1)),
    }
    with database.begin() as unit:
        apply(unit, (changes[what],), actor=DESK, reason="x", now=post.now)
    post.later(seconds=60)
    undo(database.begin, DESK.request_id, actor=replace(DESK, request_id="undo"), now=post.now)
    post.run().run()
    assert told == 1
    assert len(post.letters) == told
