"""What the board asks of either database."""

from dataclasses import replace
from datetime import date

from sqlalchemy import insert, select, update

from clinic.db.tables.care import consent, screening
from clinic.db.tables.courses import plan
from clinic.db.tables.practice import closure
from clinic.db.tables.records import adverse_event, record
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import board, loads, pending
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book, Change, Turn
from clinic.domain.visits.visit import Status, Stretch, Visit
from clinic.services.apply import apply
from tests.under_way import day, under_way
from tests.world import ACTOR, NOW, World, at, needling, single

TEN = at("2026-11-23", 10)
DAY = (at("2026-11-23", 0), at("2026-11-24", 0))


def do(database: Database, *changes: Change) -> tuple[str, ...]:
    with database.begin() as unit:
        return apply(unit, changes, actor=ACTOR, reason="x", now=NOW).visits


def booked(database: Database, world: World, starts: int = TEN, patient: int = 0, **where: int) -> Visit:
    [public_id] = do(database, Book(single(world, needling(world, starts, **where), patient=patient)))
    with database.read() as unit:
        return loads.visit(unit.connection, public_id)


def revision(database: Database, world: World) -> object:
    with database.read() as unit:
        return board.revision(unit.connection, world.location, *DAY)


def opened(database: Database, *visits: Visit) -> set[str]:
    with database.read() as unit:
        return {kind for _, kind in board.open_items(unit.connection, [visit.public_id for visit in visits])}


def test_whatever_a_day_shows_changes_its_revision_and_another_day_does_not(database: Database, world: World) -> None:
    seen = [revision(database, world)]
    first = booked(database, world)
    seen.append(revision(database, world))
    booked(database, world, at("2026-11-26", 10), patient=1)
    assert revision(database, world) == seen[-1]
    with database.begin() as unit:
        closed = {"location_id": world.location, "name": "Fair", "first_on": date(2026, 12, 24)}
        unit.connection.execute(insert(closure).values(**closed, last_on=date(2026, 12, 24)))
    seen.append(revision(database, world))
    do(database, Turn(first, Status.CANCELLED))
    seen.append(revision(database, world))
    assert len({repr(one) for one in seen}) == len(seen)


def test_what_is_open_about_a_visit_is_named_until_it_is_done(database: Database, world: World) -> None:
    visit = booked(database, world)
    assert opened(database, visit) == {"consent", "screening"}
    patient = {"patient_id": visit.patient_id}
    given = {"kind": "dry-needling", "text_version": 1, "given_at": NOW, "given_by": "x", "regions": []}
    given |= {"lung_risk": True, "capacity": "patient", "way": "paper", "language": "en", "recorded_by": "x"}
    event = {"public_id": "e", "kind": "faint", "grade": "mild", "onset_at": NOW, "alarm": True, "status": "open"}
    with database.begin() as unit:
        run = unit.connection.execute
        run(insert(consent).values(public_id="k", **patient, **given))
        run(insert(screening).values(answers={}, actor="x", answered_at=NOW, questions=1, **patient))
        run(insert(adverse_event).values(actor="x", recorded_at=NOW, **event, **patient))
    assert opened(database, visit) == {"alarm"}


def test_a_visit_that_took_place_waits_for_its_record(database: Database, world: World) -> None:
    exercise = Stretch(TEN, TEN + 9, world.staff[0], world.gym, (Modality.EXERCISE,))
    [public_id] = do(database, Book(replace(single(world, exercise), targets=())))
    for status in (Status.ARRIVED, Status.IN_SESSION, Status.DONE):
        with database.read() as unit:
            visit = loads.visit(unit.connection, public_id)
        assert opened(database, visit) == set()
        do(database, Turn(visit, status))
    assert opened(database, visit) == {"record"}
    with database.begin() as unit:
        signed = {"public_id": "r", "patient_id": visit.patient_id, "appointment_id": visit.id, "status": "signed"}
        unit.connection.execute(insert(record).values(**signed))
    assert opened(database, visit) == set()


def test_what_a_payer_authorised_counts_the_treatments_that_took_or_keep_their_time(
    database: Database, world: World
) -> None:
    course = under_way(database, world, ("cancelled", 3), ("booked", 8), ("booked", 12), authorised_visits=1)
    with database.read() as unit:
        query = select(appointment.c.public_id).order_by(appointment.c.starts_tick)
        visits = unit.connection.execute(query).scalars().all()
        assert dict(pending.beyond(unit.connection, visits)) == {visits[2]: "authorised_visits_used"}
        assert [item for item in board.open_items(unit.connection, visits) if item[1] == "authorisation"] == [
            (visits[2], "authorisation")
        ]
    with database.begin() as unit:
        over = {"authorised_visits": None, "authorised_until": day(8)}
        unit.connection.execute(update(plan).where(plan.c.public_id == course).values(over))
        assert dict(pending.beyond(unit.connection, visits)) == {visits[2]: "authorised_until_over"}


def test_who_is_in_the_way_is_found_by_patient_therapist_and_room(database: Database, world: World) -> None:
    mine, other = booked(database, world), booked(database, world, TEN + 12, patient=1, staff=1, room=1)

    def found(first: int, last: int, staff: int, room: int, patient: int = 0) -> list[tuple[str, str]]:
        whose = {"staff_ids": {world.staff[staff]}, "room_ids": {world.rooms[room]}}
        with database.read() as unit:
            others = board.in_the_way(
                unit.connection, {mine.id}, first, last, patient_id=world.patients[patient], **whose
            )
        return [(one.patient, one.therapist) for one in others]

    there = [("Ada Adler2", "C. Marin")]
    assert found(TEN + 10, TEN + 13, 1, 0) == found(TEN + 20, TEN + 22, 0, 1) == there
    assert found(TEN + 12, TEN + 13, 0, 0, patient=1) == there
    assert found(TEN, TEN + 9, 0, 0) == found(TEN + 22, TEN + 30, 1, 1) == found(TEN + 12, TEN + 13, 0, 0) == []
    do(database, Turn(other, Status.CANCELLED))
    assert found(TEN + 12, TEN + 13, 1, 1) == []
