from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from clinic.db.tables.access import audit
from clinic.db.tables.courses import outside_treatment
from clinic.db.tables.messages import obligation
from clinic.db.tables.patients import patient as patients
from clinic.db.tables.practice import credential
from clinic.db.tables.visits import appointment, claim, override
from clinic.db.unit import Database
from clinic.db.visits import claims
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, Refused, SlotTaken, Stale
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Change, Move, Turn
from clinic.domain.visits.visit import Status, Stretch
from clinic.services.apply import Applied, apply
from tests.world import ACTOR, NOW, World, at, needling, patient, single, visit_now

MONDAY = at("2026-11-23", 10)
TUESDAY = at("2026-11-24", 12)
THURSDAY = at("2026-11-26", 10)


def do(database: Database, *changes: Change, reason: str = "", actor: Actor = ACTOR, later: int = 0) -> Applied:
    with database.begin() as unit:
        return apply(unit, changes, actor=actor, reason=reason, now=NOW + timedelta(seconds=later))


def booked(database: Database, world: World, starts: int = MONDAY, **how: int) -> str:
    return do(database, Book(single(world, needling(world, starts, **how)))).visits[0]


def count(database: Database, sql: str) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(text(sql)).scalar_one())


def test_a_booking_holds_the_therapist_the_room_with_clean_up_and_the_patient(database: Database, world: World) -> None:
    booked(database, world)
    with database.read() as unit:
        held = {(row.starts, row.ends) for row in unit.connection.execute(select(claim))}
        assert held == {(MONDAY, MONDAY + 9), (MONDAY, MONDAY + 10)}
        assert unit.connection.execute(select(appointment.c.wall)).scalar_one() == "2026-11-23T10:00"
        assert [row.act for row in unit.connection.execute(select(audit))] == ["visit.book"]
        owed = unit.connection.execute(select(obligation)).one()
        assert (owed.recipient, owed.due_at) == ("ada1@example.org", NOW + timedelta(seconds=180))


def test_a_refused_booking_leaves_no_invitation(database: Database, world: World) -> None:
    booked(database, world)
    with pytest.raises(SlotTaken):
        do(database, Book(single(world, needling(world, MONDAY + 3), patient=1)))
    assert count(database, "SELECT count(*) FROM obligation") == 1
    assert count(database, "SELECT count(*) FROM appointment") == 1
    assert count(database, "SELECT count(*) FROM audit") == 1


def test_a_move_frees_the_old_time_and_takes_the_new(database: Database, world: World) -> None:
    before = visit_now(database, booked(database, world))
    do(database, Move(before, (needling(world, THURSDAY, staff=1),)), later=60)
    after = visit_now(database, before.public_id)
    assert (after.starts, after.version, after.sequence, after.uid) == (THURSDAY, 2, 1, before.uid)
    do(database, Book(single(world, needling(world, MONDAY), patient=1)))
    with database.read() as unit:
        assert claims.overlaps(unit.connection) == []


def test_changes_inside_the_hold_wait_together_but_not_for_ever(database: Database, world: World) -> None:
    public_id = booked(database, world)
    for minutes in (2, 10, 14, 16):
        now = visit_now(database, public_id)
        do(database, Move(now, now.stretches), later=minutes * 60)
    with database.read() as unit:
        owed = unit.connection.execute(select(obligation)).one()
        assert owed.due_at == NOW + timedelta(minutes=15)


def test_a_cancelled_visit_gives_its_time_back_and_keeps_the_reason(database: Database, world: World) -> None:
    before = visit_now(database, booked(database, world))
    do(database, Turn(before, Status.CANCELLED), reason="patient ill")
    assert count(database, "SELECT count(*) FROM claim WHERE active") == 0
    with database.read() as unit:
        assert unit.connection.execute(select(appointment.c.cancel_reason)).scalar_one() == "patient ill"
    with pytest.raises(Invalid):
        Turn(visit_now(database, before.public_id), Status.BOOKED)


def test_a_stale_change_is_refused_and_writes_nothing(database: Database, world: World) -> None:
    seen = visit_now(database, booked(database, world))
    do(database, Move(seen, (needling(world, THURSDAY),)))
    with pytest.raises(Stale) as refused:
        do(database, Turn(seen, Status.CANCELLED))
    assert refused.value.params["current"] == 2
    assert visit_now(database, seen.public_id).status is Status.BOOKED


def test_who_may_not_book_books_nothing(database: Database, world: World) -> None:
    with pytest.raises(Forbidden):
        do(database, Book(single(world, needling(world, MONDAY))), actor=Actor("account:x", frozenset()))


def test_a_visit_cannot_turn_into_what_only_happens_at_the_desk_later(database: Database, world: World) -> None:
    seen = visit_now(database, booked(database, world))
    with pytest.raises(Invalid):
        do(database, Turn(seen, Status.DONE))


def test_no_path_books_a_blocked_visit(database: Database, world: World) -> None:
    """Book, move and confirmation all pass the same gate."""
    do(database, Book(single(world, needling(world, MONDAY))))
    moved = visit_now(database, booked(database, world, THURSDAY))
    too_near = needling(world, MONDAY + 30)
    pencil = single(world, needling(world, at("2026-12-14", 10)), status=Status.PENCILLED)
    pencilled = visit_now(database, do(database, Book(pencil)).visits[0])
    with database.begin() as unit:
        unit.connection.execute(update(credential).values(valid_until=date(2026, 12, 1)))
    for change, rule in (
        (Book(single(world, too_near)), 26),
        (Move(moved, (too_near,)), 26),
        (Turn(pencilled, Status.BOOKED), 4),
    ):
        with pytest.raises(Refused) as refused:
            do(database, change, reason="it is urgent")
        assert refused.value.rule == rule


def test_a_short_gap_takes_a_reason_and_the_right_to_give_one(database: Database, world: World) -> None:
    booked(database, world)
    near = Book(single(world, needling(world, TUESDAY)))
    with pytest.raises(Refused):
        do(database, near)
    with pytest.raises(Forbidden):
        do(database, near, reason="competition", actor=Actor("account:desk", frozenset({"visit.book"})))
    assert do(database, near, reason="competition").overridden == 1
    with database.read() as unit:
        kept = unit.connection.execute(select(override)).one()
        assert (kept.rule, kept.reason) == (27, "competition")


def test_an_override_of_a_move_names_the_visit(database: Database, world: World) -> None:
    booked(database, world)
    moved = visit_now(database, booked(database, world, THURSDAY))
    do(database, Move(moved, (needling(world, TUESDAY),)), reason="holiday")
    with database.read() as unit:
        assert unit.connection.execute(select(override.c.appointment_id)).scalar_one() == moved.id


def test_needling_told_from_elsewhere_counts(database: Database, world: World) -> None:
    row = {"patient_id": world.patients[0], "on_day": date(2026, 11, 23), "region": "shoulder", "side": "right"}
    with database.begin() as unit:
        unit.connection.execute(outside_treatment.insert().values(**row, recorded_at=NOW))
    with pytest.raises(Refused) as refused:
        booked(database, world)
    assert refused.value.rule == 26


def test_nothing_is_booked_for_the_dead(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(patients).values(deceased=True))
    talk = Stretch(MONDAY, MONDAY + 6, world.staff[0], world.rooms[0], (Modality.ASSESSMENT,))
    with pytest.raises(Refused) as refused:
        do(database, Book(single(world, talk)))
    assert refused.value.code == "patient_deceased"


def test_a_room_with_two_lanes_takes_two_patients_and_no_third(database: Database, world: World) -> None:
    class_ = Stretch(MONDAY, MONDAY + 6, None, world.gym, (Modality.EXERCISE,))
    do(database, Book(single(world, class_)), Book(single(world, class_, patient=1)))
    with database.begin() as unit:
        third = replace(world, patients=(*world.patients, patient(unit.connection, 3)))
    with pytest.raises(SlotTaken):
        do(database, Book(single(third, class_, patient=2)))
    later = replace(class_, starts=class_.ends, ends=class_.ends + 6)
    do(database, Book(single(third, later, patient=2)))


def test_a_patient_without_an_address_is_owed_no_invitation(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(patients).values(email=None))
    booked(database, world)
    assert count(database, "SELECT count(*) FROM obligation WHERE recipient <> ''") == 0
    assert count(database, "SELECT count(*) FROM obligation WHERE kind = 'summary'") == 1


def test_a_pencilled_visit_is_nobodys_business_until_it_is_confirmed(database: Database, world: World) -> None:
    pencil = Book(single(world, needling(world, MONDAY), status=Status.PENCILLED))
    public_id = do(database, pencil).visits[0]
    assert count(database, "SELECT count(*) FROM obligation") == 0
    do(database, Turn(visit_now(database, public_id), Status.BOOKED))
    assert count(database, "SELECT count(*) FROM obligation") == 1
