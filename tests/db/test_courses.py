from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text, update

from clinic.content.protocols import load
from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.tables.patients import patient, patient_away, patient_hours
from clinic.db.tables.practice import absence, closure, credential, practice, reserved_start, staff
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.protocol import Protocol
from clinic.domain.errors import Infeasible, Invalid, NotFound, Refused, SlotTaken
from clinic.domain.patients.preferences import Preferences
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Status
from clinic.engine.course import Change, Course, NoCourse, Placed
from clinic.engine.request import Pin
from clinic.services.apply import apply
from clinic.services.courses.book import book, pins_of
from clinic.services.courses.choices import others
from clinic.services.courses.place import Answer, preview
from clinic.services.courses.reasons import why
from clinic.services.courses.wanted import Wanted
from tests.world import ACTOR, NOW, SHOULDER, TZ, World, at, needling, single

PROTOCOLS = {protocol.key: protocol for protocol in load()}
MONDAY = date(2026, 11, 23)


def protocol(key: str) -> Protocol:
    return PROTOCOLS[key]


def wanted(key: str = "tension-headache", **how: object) -> Wanted:
    given: dict[str, object] = {"patient": "patient1", "location": "loc1", "targets": (SHOULDER,)}
    return Wanted(protocol=protocol(key), earliest_on=MONDAY, **(given | how))  # type: ignore[arg-type]


def look(database: Database, asked: Wanted) -> Answer:
    return preview(database.read, asked, now=NOW)


def course(database: Database, asked: Wanted) -> Course:
    found = look(database, asked).outcome
    assert isinstance(found, Course), found
    return found


def days(found: Course) -> list[date]:
    return [session.on for session in found.sessions]


def start_of(session: Placed) -> int:
    """The local hour of a session."""
    return instant_of(session.start).astimezone(zone(TZ)).hour


def test_a_course_of_tension_headache_is_placed_with_its_gaps_and_proven(database: Database, world: World) -> None:
    answer = look(database, wanted())
    assert isinstance(answer.outcome, Course)
    assert [(later - earlier).days for earlier, later in pairwise(days(answer.outcome))] == [2, 2, 3, 2, 2]
    assert {start_of(session) for session in answer.outcome.sessions} == {8}
    assert answer.outcome.proven
    assert answer.booked_through == 3
    assert {why(answer, answer.outcome, n)[0].code for n in range(1, 7)} >= {"as_wished"}


def test_a_course_is_booked_to_its_next_reassessment_and_the_rest_is_pencilled(
    database: Database, world: World
) -> None:
    booked = book(database.begin, database.read, wanted(), actor=ACTOR, now=NOW)
    with database.read() as unit:
        plan = reads.plan_row(unit.connection, booked.plan)
        sessions = reads.sessions(unit.connection, plan.id)
        treatments = [row for row in sessions if row.kind == "treatment"]
        assert [row.status for row in treatments] == ["booked"] * 3 + ["pencilled"] * 3
        assert [row.reassess for row in treatments] == [False, False, True, False, False, True]
        assert [row.kind for row in sessions[6:]] == ["review"]
        assert reads.of_patient(unit.connection, world.patients[0])[0].sessions == 6
        assert len(loads.of_plan(unit.connection, plan.id)) == 6
        assert unit.connection.execute(text("SELECT count(*) FROM obligation")).scalar_one() == 4


def test_what_was_previewed_is_what_is_booked(database: Database, world: World) -> None:
    seen = course(database, wanted())
    booked = book(database.begin, database.read, wanted(pins=pins_of(seen)), actor=ACTOR, now=NOW)
    with database.read() as unit:
        plan = reads.plan_row(unit.connection, booked.plan)
        starts = [row.starts for row in reads.sessions(unit.connection, plan.id) if row.starts is not None]
    assert starts == [session.start for session in seen.sessions]


def test_a_time_that_somebody_took_meanwhile_is_refused_and_nothing_is_written(
    database: Database, world: World
) -> None:
    seen = course(database, wanted())
    other = needling(world, seen.sessions[1].start)
    with database.begin() as unit:
        apply(unit, (Book(single(world, other, patient=1)),), actor=ACTOR, now=NOW)
    with pytest.raises(SlotTaken) as refused:
        book(database.begin, database.read, wanted(pins=pins_of(seen)), actor=ACTOR, now=NOW)
    assert refused.value.params["session"] == 2
    with database.read() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM plan")).scalar_one() == 0


def test_the_same_form_books_once(database: Database, world: World) -> None:
    once = Once("account:x", "form-1", "abc")
    first = book(database.begin, database.read, wanted(), actor=ACTOR, once=once, now=NOW)
    second = book(database.begin, database.read, wanted(), actor=ACTOR, once=once, now=NOW)
    assert (second.plan, second.again) == (first.plan, True)
    with pytest.raises(Invalid, match="key_reused"):
        book(database.begin, database.read, wanted(), actor=ACTOR, once=replace(once, digest="xyz"), now=NOW)


def test_other_times_keep_the_days_and_hours_to_the_neighbours(database: Database, world: World) -> None:
    answer = look(database, wanted())
    assert isinstance(answer.outcome, Course)
    assert all(others(answer.request, answer.outcome, ordinal) == () for ordinal in (1, 2, 4, 5))  # 48 hours each way
    for ordinal in (3, 6):
        found = others(answer.request, answer.outcome, ordinal)
        assert len(found) == 3
        for choice in found:
            pins = pins_of(answer.outcome) | {ordinal: Pin(choice.start, choice.therapist, choice.room)}
            assert course(database, wanted(pins=pins)).sessions[ordinal - 1].start == choice.start


def test_a_pin_keeps_its_time_and_the_rest_follows(database: Database, world: World) -> None:
    start = at("2026-11-24", 16)
    found = course(database, wanted(pins={1: Pin(start)}))
    assert found.sessions[0].start == start
    answer = look(database, wanted(pins={1: Pin(start)}))
    assert [reason.code for reason in why(answer, found, 1)] == ["pinned"]


def test_leave_closures_days_away_and_reserved_starts_are_kept_free(database: Database, world: World) -> None:
    with database.begin() as unit:
        run = unit.connection.execute
        run(
            absence.insert().values(
                public_id="a", staff_id=world.staff[0], kind="leave", starts_at=NOW, ends_at=NOW + timedelta(days=30)
            )
        )
        run(closure.insert().values(location_id=world.location, first_on=MONDAY, last_on=MONDAY, name="Stocktaking"))
        run(
            patient_away.insert().values(
                patient_id=world.patients[0], first_on=date(2026, 11, 24), last_on=date(2026, 11, 24)
            )
        )
        run(patient_hours.insert().values(patient_id=world.patients[0], weekday=2, starts_minute=600, ends_minute=900))
        run(patient_hours.insert().values(patient_id=world.patients[0], weekday=5, starts_minute=600, ends_minute=900))
        run(
            reserved_start.insert().values(
                staff_id=world.staff[1],
                location_id=world.location,
                weekday=2,
                starts_minute=600,
                ends_minute=720,
                kind="new",
                release_days=2,
            )
        )
    found = look(database, wanted("plantar-heel"))
    assert isinstance(found.outcome, Course)
    first = found.outcome.sessions[0]
    assert first.start == at("2026-11-25", 12)
    assert first.therapist == "staff2"


def test_a_course_that_nobody_may_give_says_why(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(credential).values(valid_until=date(2026, 11, 1)))
    answer = look(database, wanted())
    assert isinstance(answer.outcome, NoCourse)
    assert answer.outcome.session == 1
    assert answer.booked_through == 0
    codes = {reason.code for day in answer.outcome.window for reason in day.reasons}
    assert "credential_expired" in codes
    with pytest.raises(Infeasible):
        book(database.begin, database.read, wanted(), actor=ACTOR, now=NOW)


def test_a_credential_may_end_on_the_last_day_there_is(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(credential).values(valid_until=date.max))
    assert isinstance(look(database, wanted()).outcome, Course)


def test_a_wish_that_must_be_met_is_met_and_can_be_given_up(database: Database, world: World) -> None:
    with database.begin() as unit:
        run = unit.connection.execute
        run(update(staff).where(staff.c.id == world.staff[1]).values(gender="male"))
        run(
            absence.insert().values(
                public_id="a", staff_id=world.staff[1], kind="leave", starts_at=NOW, ends_at=NOW + timedelta(days=300)
            )
        )
    must = Preferences(gender="male", gender_required=True)
    answer = look(database, wanted(wishes=must))
    assert isinstance(answer.outcome, NoCourse)
    ways = [way for way in answer.outcome.relaxations if way.changes[0].code == "other_therapist"]
    assert ways
    assert course(database, wanted(wishes=must, given_up=ways[0].changes)).sessions == ways[0].course.sessions


def test_needling_of_another_plan_keeps_its_distance(database: Database, world: World) -> None:
    with database.begin() as unit:
        apply(unit, (Book(single(world, needling(world, at("2026-11-25", 10)))),), actor=ACTOR, now=NOW)
    found = course(database, wanted("plantar-heel"))
    tz = zone(TZ)
    assert min(abs((day - date(2026, 11, 25)).days) for day in days(found)) >= 4
    assert local_date(instant_of(found.sessions[0].start), tz) == days(found)[0]


def test_nothing_is_planned_for_the_dead(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(patient).values(deceased=True))
    with pytest.raises(Refused, match="patient_deceased"):
        look(database, wanted())


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"authorised_visits": 2}, "authorised_too_few"),
        ({"wishes": Preferences(therapist="nobody")}, "therapist_not_here"),
    ],
)
def test_what_cannot_be_asked_is_said(database: Database, world: World, how: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        look(database, wanted(**how))


def test_a_course_does_not_start_yesterday(database: Database, world: World) -> None:
    with pytest.raises(Invalid, match="start_in_the_past"):
        look(database, replace(wanted(), earliest_on=date(2026, 11, 19)))


def test_an_unknown_relaxation_is_refused() -> None:
    with pytest.raises(Invalid, match="unknown_relaxation"):
        wanted(given_up=(Change("skip_the_gate"),))


def test_unknown_patients_and_locations_are_not_found(database: Database, world: World) -> None:
    for how in ({"patient": "nobody"}, {"location": "nowhere"}):
        with pytest.raises(NotFound):
            look(database, wanted(**how))


def test_a_practice_that_weighs_regularity_keeps_the_time_and_says_where_it_could_not(
    database: Database, world: World
) -> None:
    late = wanted(pins={1: Pin(at("2026-11-24", 16))})
    assert [start_of(session) for session in course(database, late).sessions] == [16, 16, 8, 8, 8, 8]
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(weights={"irregular_15min": 1}))
    answer = look(database, late)
    assert isinstance(answer.outcome, Course)
    assert {start_of(session) for session in answer.outcome.sessions} == {16}
    assert [reason.code for reason in why(answer, answer.outcome, 2)] == ["as_wished"]
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(weights={"irregular_15min": 1, "irregular_day": 1}))
    answer = look(database, late)
    assert isinstance(answer.outcome, Course)
    assert "irregular" in {reason.code for reason in why(answer, answer.outcome, 2)}


def test_the_practice_sets_its_own_weights(database: Database, world: World) -> None:
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(weights={"first_late_day": 9, "unheard_of": 3}))
    assert look(database, wanted()).request.weights.first_late_day == 9


def test_pencilled_visits_are_not_counted_towards_the_cap(database: Database, world: World) -> None:
    booked = book(database.begin, database.read, wanted("low-back-chronic"), actor=ACTOR, now=NOW)
    with database.read() as unit:
        statuses = unit.connection.execute(select(appointment.c.status)).scalars().all()
    assert booked.plan
    assert statuses.count(Status.PENCILLED) == 3
