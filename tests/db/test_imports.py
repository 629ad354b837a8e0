from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from clinic.db.access.idempotency import Once
from clinic.db.patients import records
from clinic.db.practice.stored import stored
from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, Invalid, NotFound, Stale
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.practice.importing import Refusal, Report
from clinic.domain.practice.people import Absence
from clinic.domain.practice.practice import Practice
from clinic.domain.visits.changes import Book
from clinic.services.apply import apply
from clinic.services.patients.find import resolve
from clinic.services.patients.import_patients import import_patients
from clinic.services.patients.write import create, edit
from clinic.services.practice.import_practice import import_practice
from clinic.services.practice.naming import rename
from tests.unit.domain.practice.practices import practice, profile, therapist
from tests.world import ACTOR, NOW, World, at, needling, single

NOBODY = Actor("nobody", frozenset())
A, B = Identifier("urn:x", "a"), Identifier("urn:x", "b")
MIKA = Person("Sample", "Mika", date(1980, 1, 1), "female", identifiers=frozenset({A}))
JO = replace(MIKA, given_names="Jo", identifiers=frozenset({B}))


def take_practice(database: Database, told: Practice, *, write: bool = True) -> Report:
    return import_practice(database.begin, told, write=write, actor=ACTOR, now=NOW)


def take(database: Database, *people: Person, write: bool = True) -> Report:
    arrivals = [Arrival(line, person) for line, person in enumerate(people, 1)]
    return import_patients(database.begin, arrivals, write=write, actor=ACTOR, now=NOW)


def count(database: Database, sql: str) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(text(sql)).scalar_one())


def test_a_dry_run_of_a_practice_says_what_would_be_and_writes_nothing(database: Database) -> None:
    assert take_practice(database, practice(), write=False) == Report(4, 0, 0)
    with database.read() as unit:
        assert stored(unit.connection).practice == Practice(None)


@pytest.mark.parametrize("write", [False, True])
def test_a_neutral_name_that_says_what_is_treated_is_refused_from_a_file_and_from_the_command_line(
    database: Database, write: bool
) -> None:
    for name in ("Needles by the river", "Physio Nord", "Clínica de punción", "Cabinet de kiné"):
        with pytest.raises(Invalid, match="neutral_name_tells") as raised:
            take_practice(database, practice(profile=profile(neutral_name=name)), write=write)
        assert raised.value.field == "neutral_name"
    take_practice(database, practice())
    with pytest.raises(Invalid, match="neutral_name_tells"):
        rename(database.begin, neutral_name="Needles by the river", actor=ACTOR, now=NOW)
    assert rename(database.begin, name="Needles by the river", actor=ACTOR, now=NOW)


def test_a_name_that_gives_way_to_the_neutral_one_is_a_task_once(database: Database) -> None:
    def tasks() -> list[str]:
        with database.read() as unit:
            query = text("SELECT state FROM task WHERE kind = 'name_tells' ORDER BY id")
            return list(unit.connection.execute(query).scalars())

    take_practice(database, practice(profile=profile(name="Linden")))
    assert tasks() == []
    for _ in range(2):
        take_practice(database, practice(profile=profile(name="Needles by the river")))
    assert tasks() == ["open"]
    assert rename(database.begin, name="River", actor=ACTOR, now=NOW)
    assert tasks() == ["dropped"]


def test_a_practice_twice_is_once_and_a_change_is_told(database: Database) -> None:
    assert take_practice(database, practice()) == Report(4, 0, 0)
    assert take_practice(database, practice()) == Report(0, 0, 4)
    assert take_practice(database, practice(profile=profile(name="Anew"))) == Report(0, 1, 3)
    with database.read() as unit:
        acts = unit.connection.execute(select(audit.c.act, audit.c.subject_kind).order_by(audit.c.id)).all()
    assert [tuple(row) for row in acts] == [
        ("created", "practice"),
        ("created", "location"),
        ("created", "room"),
        ("created", "staff"),
        ("changed", "practice"),
    ]


def book(database: Database, world: World) -> str:
    with database.begin() as unit:
        booking = Book(single(world, needling(world, at("2026-11-23", 10))))
        return apply(unit, [booking], actor=ACTOR, reason="", now=NOW).visits[0]


def test_an_absence_over_a_booked_visit_names_it_as_stranded_before_and_when_it_is_written(
    database: Database, world: World
) -> None:
    visit = book(database, world)
    with database.read() as unit:
        known = stored(unit.connection).practice
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    away = replace(known.staff[0], absences=frozenset({Absence(monday, monday + timedelta(days=1), "sick")}))
    told = replace(known, staff=(away,))
    assert take_practice(database, told, write=False).stranded == (visit,)
    assert take_practice(database, told).stranded == (visit,)
    assert take_practice(database, told) == Report(0, 0, 6)
    elsewhere = replace(told, staff=(replace(away, name="Another Name"),))
    assert take_practice(database, elsewhere).stranded == ()


def test_a_practice_that_contradicts_what_is_known_writes_nothing(sqlite_database: Database) -> None:
    sick = Absence(NOW, NOW + timedelta(days=2), "sick")
    leave = Absence(NOW + timedelta(days=1), NOW + timedelta(days=3))
    take_practice(sqlite_database, practice(staff=(therapist(absences=frozenset({sick})),)))
    told = practice(profile=profile(name="Anew"), staff=(therapist(absences=frozenset({leave})),))
    with pytest.raises(Invalid, match="absences_overlap"):
        take_practice(sqlite_database, told)
    assert take_practice(sqlite_database, practice()) == Report(0, 0, 4)


def test_patients_come_in_without_a_practice_and_twice_is_once(database: Database) -> None:
    assert take(database, MIKA, JO, write=False) == Report(2, 0, 0)
    assert count(database, "SELECT count(*) FROM patient") == 0
    assert take(database, MIKA, JO) == Report(2, 0, 0)
    assert take(database, MIKA, JO) == Report(0, 0, 2)
    assert count(database, "SELECT count(*) FROM resource WHERE kind = 'patient'") == 2
    assert take(database, replace(MIKA, phone="1"), JO) == Report(0, 1, 1)
    assert resolve(database.read, "Mika Sample").person.phone == "1"
    assert count(database, "SELECT count(*) FROM audit WHERE patient_id IS NOT NULL") == 3


def test_refused_lines_are_told_in_order_and_the_others_come_in(sqlite_database: Database) -> None:
    broken = Refusal(2, (Invalid("not_json"),))
    arrivals = [Arrival(1, replace(MIKA, birth_on=date(2030, 1, 1))), Arrival(3, JO)]
    report = import_patients(sqlite_database.begin, arrivals, [broken], write=True, actor=ACTOR, now=NOW)
    assert (report.new, [(each.line, each.faults[0].code) for each in report.refused]) == (
        1,
        [(1, "birth_in_future"), (2, "not_json")],
    )


def test_who_has_died_is_kept_and_the_visits_ahead_are_told(database: Database, world: World) -> None:
    visit = book(database, world)
    with database.begin() as unit:
        unit.connection.execute(text("DELETE FROM patient_identifier"))
        row = {"patient": world.patients[0]}
        unit.connection.execute(
            text("INSERT INTO patient_identifier (patient_id, system, value) VALUES (:patient, 'urn:x', 'a')"), row
        )
    dead = replace(MIKA, deceased=True, deceased_at="2026-11-01")
    assert take(database, dead) == Report(0, 1, 0, stranded=(visit,))
    assert take(database, dead) == Report(0, 0, 1)
    assert resolve(database.read, "a").person.deceased


def test_many_patients_come_in_at_once(sqlite_database: Database) -> None:
    people = [
        replace(MIKA, family_name=f"Sample{at}", identifiers=frozenset({Identifier("urn:x", str(at))}))
        for at in range(1201)
    ]
    assert take(sqlite_database, *people) == Report(1201, 0, 0)
    assert take(sqlite_database, *people) == Report(0, 0, 1201)


def test_only_those_who_may_write_import(sqlite_database: Database) -> None:
    with pytest.raises(Forbidden):
        import_practice(sqlite_database.begin, practice(), write=False, actor=NOBODY, now=NOW)
    with pytest.raises(Forbidden):
        import_patients(sqlite_database.begin, [], write=False, actor=NOBODY, now=NOW)


def test_a_new_patient_is_found_and_changed_against_the_version_seen(database: Database) -> None:
    public_id = create(database.begin, MIKA, Choices(), actor=ACTOR, now=NOW)
    known = resolve(database.read, public_id)
    edit(database.begin, public_id, replace(known.person, phone="1"), Choices(3), seen=1, actor=ACTOR, now=NOW)
    with pytest.raises(Stale):
        edit(database.begin, public_id, known.person, Choices(), seen=1, actor=ACTOR, now=NOW)
    found = resolve(database.read, public_id)
    assert (found.version, found.person.phone, found.choices.disclosure) == (2, "1", 3)
    with database.read() as unit:
        rows = unit.connection.execute(select(audit.c.act, audit.c.detail).order_by(audit.c.id)).all()
    assert [tuple(row) for row in rows] == [("created", {}), ("changed", {"fields": ["phone", "disclosure"]})]


def test_a_form_sent_twice_takes_on_one_patient(sqlite_database: Database) -> None:
    once = Once("account:x", "k", "0" * 64)
    first = create(sqlite_database.begin, JO, Choices(), actor=ACTOR, once=once, now=NOW)
    assert create(sqlite_database.begin, JO, Choices(), actor=ACTOR, once=once, now=NOW) == first
    assert count(sqlite_database, "SELECT count(*) FROM patient") == 1


def test_an_impossible_birth_date_and_an_unknown_patient_are_refused(sqlite_database: Database) -> None:
    unborn = replace(MIKA, birth_on=date(2027, 1, 1))
    with pytest.raises(Invalid, match="birth_in_future"):
        create(sqlite_database.begin, unborn, Choices(), actor=ACTOR, now=NOW)
    with pytest.raises(NotFound):
        edit(sqlite_database.begin, "nobody", MIKA, Choices(), seen=1, actor=ACTOR, now=NOW)


def test_another_address_owes_letters_to_both_about_visits_ahead(database: Database, world: World) -> None:
    book(database, world)
    known = resolve(database.read, "patient1")
    with database.begin() as unit:
        unit.connection.execute(text("DELETE FROM obligation"))
        unit.connection.execute(update(patient).values(version=1))
    edit(
        database.begin,
        "patient1",
        replace(known.person, email="new@example.org"),
        known.choices,
        seen=1,
        actor=ACTOR,
        now=NOW,
    )
    with database.read() as unit:
        owed = unit.connection.execute(text("SELECT recipient FROM obligation")).scalars().all()
        assert records.record(unit.connection, "patient1").email_state == "unproven"
    assert owed == ["new@example.org"]
