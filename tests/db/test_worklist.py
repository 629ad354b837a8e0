"""What the worklist reads: one read of all that is under way, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, insert, update

from clinic.db.courses.worklist import Scope
from clinic.db.tables.courses import plan, plan_phase, plan_session
from clinic.db.tables.patients import patient, patient_away
from clinic.db.tables.practice import closure
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.domain.courses.protocol import Reassess, Reassessing
from clinic.domain.courses.worklist import Kind
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Book
from clinic.domain.visits.visit import Kind as VisitKind
from clinic.domain.visits.visit import NewVisit, Status, Stretch
from clinic.services.apply import apply
from clinic.services.courses.worklist import Asked, Worklist, worklist
from tests.under_way import after, day, mark, under_way
from tests.world import ACTOR, NOW, TZ, World, at

WEEK_3 = (Reassess(Reassessing.WEEK, 3),)


def look(database: Database, **asked: object) -> Worklist:
    return worklist(database.read, Asked(**asked), now=NOW)  # type: ignore[arg-type]


def seen(database: Database, **asked: object) -> list[tuple[str, int | None, int]]:
    """(kind, session, days from today) of each line."""
    found = look(database, **asked).lines
    return [(line.item.kind.value, line.item.ordinal, (line.item.on - day(0)).days) for line in found]


def test_a_course_as_it_was_placed_needs_nobody(database: Database, world: World) -> None:
    under_way(database, world, ("done", -5), ("arrived", 0), ("booked", 5), ("pencilled", 10), reassess=(after(3),))
    assert look(database) == Worklist((), dict.fromkeys(Kind, 0), 0)


def test_each_kind_is_found_in_what_is_stored(database: Database, world: World) -> None:
    under_way(database, world, ("done", -5), ("released", 0), None, ("no_show", -1), ("cancelled", 6))
    assert seen(database) == [("missed", 4, -1), ("unplaced", 2, 2), ("missed", 5, 6)]
    course = under_way(database, world, ("done", -4), ("pencilled", 1), reassess=(after(1),), hour=11)
    assert ("reassessment", 1, -4) in seen(database)
    mark(database, course, 1)
    assert seen(database, kind=Kind.READY) == [("ready", 2, -1)]
    under_way(database, world, ("booked", 3), ("confirmed", 11), hour=12, authorised_until=day(10))
    assert seen(database, kind=Kind.DRIFTED) == [("drifted", 2, 11)]
    assert seen(database, kind=Kind.AUTHORISATION) == [("authorisation", None, 10)]
    under_way(database, world, ("booked", 3), ("in_session", 0), hour=13, authorised_visits=1)
    assert seen(database, kind=Kind.AUTHORISATION) == [("authorisation", None, 3), ("authorisation", None, 10)]
    counts = {"unplaced": 1, "ready": 1, "drifted": 1, "missed": 2, "authorisation": 2, "reassessment": 0, "offered": 0}
    assert look(database, kind=Kind.READY).counts == counts


def test_a_line_names_the_patient_the_course_and_whether_its_day_has_passed(database: Database, world: World) -> None:
    course = under_way(database, world, ("no_show", -1), lead_staff_id=world.staff[1])
    (line,) = look(database).lines
    assert (line.plan.public_id, line.plan.patient, line.plan.lead) == (course, "Ada Adler1", "C. Marin")
    assert (line.plan.title, line.plan.location, line.plan.version) == ("Manual therapy", "Mitte", 1)
    assert line.late
    assert line.item.params["visit"]


def test_a_visit_that_was_booked_anew_is_missed_no_more(database: Database, world: World) -> None:
    under_way(database, world, ("no_show", -2))
    with database.begin() as unit:
        columns = {column.name: column for column in appointment.c if column.name != "id"}
        row = dict(unit.connection.execute(appointment.select()).mappings().one())
        values = {name: row[name] for name in columns} | {"public_id": "again", "uid": "again", "status": "cancelled"}
        unit.connection.execute(insert(appointment), values | {"wall": f"{day(4)}T10:00"})
    assert seen(database) == [("missed", 1, 4)]
    with database.begin() as unit:
        unit.connection.execute(update(appointment).where(appointment.c.uid == "again").values(status="booked"))
    assert seen(database) == []


def test_a_phase_counts_once_it_is_released(database: Database, world: World) -> None:
    under_way(database, world, ("done", -5), None)
    with database.begin() as unit:
        unit.connection.execute(update(plan_phase).values(release="released"))
    assert seen(database) == []
    with database.begin() as unit:
        unit.connection.execute(update(plan_phase).values(released_at=NOW))
    assert seen(database) == [("unplaced", 2, 2)]


def test_a_session_outside_of_the_phases_counts_without_limits_to_its_gap(database: Database, world: World) -> None:
    under_way(database, world, ("done", -5), ("booked", 20), None)
    assert [kind for kind, *_ in seen(database)] == ["drifted", "unplaced"]
    with database.begin() as unit:
        unit.connection.execute(update(plan_session).values(phase_id=None))
    assert [kind for kind, *_ in seen(database)] == ["unplaced"]


def test_a_course_that_is_not_under_way_is_left_out(database: Database, world: World) -> None:
    under_way(database, world, None)
    for status in ("draft", "offered", "completed", "stopped"):
        with database.begin() as unit:
            unit.connection.execute(update(plan).values(status=status))
        assert seen(database) == []


def test_closed_days_and_days_away_pause_a_gap(database: Database, world: World) -> None:
    under_way(database, world, ("booked", 0), ("booked", 10))
    assert seen(database) == [("drifted", 2, 10)]
    with database.begin() as unit:
        room = {"location_id": world.location, "first_on": day(1), "last_on": day(9), "room_id": world.rooms[0]}
        unit.connection.execute(insert(closure), room | {"name": "painting"})
        unit.connection.execute(
            insert(patient_away), {"patient_id": world.patients[0], "first_on": day(1), "last_on": day(2)}
        )
    assert seen(database) == [("drifted", 2, 10)]
    with database.begin() as unit:
        closed = {"location_id": world.location, "first_on": day(9), "last_on": day(12), "room_id": None}
        unit.connection.execute(insert(closure), closed | {"name": "holiday"})
    assert seen(database) == []


def test_a_dated_review_is_due_until_the_patient_has_a_review_booked(database: Database, world: World) -> None:
    course = under_way(database, world, ("done", -22), reassess=WEEK_3)
    under_way(database, world, ("done", -20), reassess=WEEK_3, patient=1)
    assert seen(database) == [("reassessment", 2, -1)]
    starts = at(day(3).isoformat(), 15)
    stretch = Stretch(starts, starts + 6, world.staff[0], world.rooms[0], (Modality.REVIEW,))
    one = NewVisit(world.patients[0], world.location, TZ, VisitKind.REVIEW, Status.BOOKED, (stretch,))
    with database.begin() as unit:
        apply(unit, (Book(one),), actor=ACTOR, now=NOW)
    assert seen(database) == []
    with database.begin() as unit:
        unit.connection.execute(update(appointment).where(appointment.c.kind == "review").values(status="done"))
    assert seen(database) == [("reassessment", 2, 3)]
    assert dict(look(database).lines[0].item.params)["held"]
    mark(database, course, 2)
    assert seen(database) == []


def test_the_list_is_narrowed_by_lead_and_by_location(database: Database, world: World) -> None:
    under_way(database, world, None, lead_staff_id=world.staff[0])
    under_way(database, world, None, ("no_show", -1), patient=1)
    assert len(seen(database, scope=Scope(location="loc1"))) == 3
    assert len(seen(database, scope=Scope(therapist="staff1"))) == 1
    for nothing in (Scope(therapist="staff2"), Scope(location="nowhere"), Scope("staff1", "nowhere")):
        assert look(database, scope=nothing).counts[Kind.UNPLACED] == 0


def test_lines_come_by_day_a_page_at_a_time(database: Database, world: World) -> None:
    days = (-3, -7, -1, -5)
    for n, days_ago in enumerate(days):
        under_way(database, world, ("no_show", days_ago), hour=9 + n)
    assert seen(database, most=2) == [("missed", 1, -7), ("missed", 1, -5)]
    assert seen(database, first=2, most=2) == [("missed", 1, -3), ("missed", 1, -1)]
    assert look(database, first=98, most=2) == look(database, first=2, most=2)


def test_a_patient_who_has_died_is_named_so(database: Database, world: World) -> None:
    under_way(database, world, None)
    with database.begin() as unit:
        unit.connection.execute(update(patient).values(deceased=True))
    assert look(database).lines[0].plan.deceased


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def note(*given: object) -> None:
        said.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def test_many_courses_take_no_more_statements_than_one(database: Database, world: World) -> None:
    under_way(database, world, None)
    with statements(database) as for_one:
        look(database)
    for n in range(5):
        under_way(database, world, ("no_show", -3), None, patient=n % 2, hour=9 + n, reassess=WEEK_3)
    with statements(database) as for_six:
        assert len(look(database).lines) > 6
    assert len(for_six) == len(for_one)
