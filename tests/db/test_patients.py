from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from clinic.db.patients import records, writes
from clinic.db.patients.calendars import at_site
from clinic.db.tables.practice import resource
from clinic.db.unit import Database
from clinic.domain.errors import Invalid, NotFound, Stale
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.patients.preferences import Preferences
from tests.world import build

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
A, B = Identifier("urn:mrn", "1"), Identifier("urn:ssn", "999-81-5679")
MIKA = Person(
    "Sample",
    "Mika Jo",
    date(1980, 2, 29),
    "female",
    True,
    "2020-01-01T08:00:00-05:00",
    "mika@a.example",
    "555",
    "York",
    "en-GB",
    frozenset({A, B}),
)
JO = Person("O'Neil_x", "Zoë", date(1990, 1, 1))
WISHES = Choices(3, "feed", False, 60, 10, "pl", "Europe/Warsaw", Preferences(frozenset({1}), (540, 720)))


def store(database: Database, *people: Person, choices: Choices | None = None) -> Sequence[str]:
    with database.begin() as unit:
        rows = [(unit.public_id(), person, choices or Choices()) for person in people]
        writes.add(unit.connection, rows, now=NOW)
    return [public_id for public_id, _, _ in rows]


def test_a_patient_comes_back_as_written_with_one_resource(database: Database) -> None:
    world = build(database)
    (public_id,) = store(database, MIKA, choices=WISHES)
    with database.read() as unit:
        found = records.record(unit.connection, public_id)
        _, times = at_site(unit.connection, world.location, public_id, since=NOW)
        assert records.persons(unit.connection, [found.id]) == {found.id: MIKA}
        assert records.owners(unit.connection, [A, Identifier("urn:mrn", "2")]) == {A: found.id}
        own = select(resource.c.id).where(resource.c.kind == "patient", resource.c.owner_id == found.id)
        rows = unit.connection.execute(own).scalars().all()
        assert tuple(rows) == records.resources(unit.connection, [found.id]) == (times.resource_id,)
    assert (found.person, found.choices, found.version, found.email_state) == (MIKA, WISHES, 1, "unproven")
    assert times.preferences == WISHES.preferences


def test_who_says_nothing_is_alive_and_speaks_english(sqlite_database: Database) -> None:
    (public_id,) = store(sqlite_database, JO)
    with sqlite_database.read() as unit:
        person = records.record(unit.connection, public_id).person
    assert person == replace(JO, deceased=False, language="en")


@pytest.mark.parametrize(
    "said", ["mika jo SAMPLE", "Sample, Mika Jo", "sample", " jo sample ", "999-81-5679", "1", "jo mika"]
)
def test_a_patient_is_found_by_identifier_or_name(sqlite_database: Database, said: str) -> None:
    (public_id, _) = store(sqlite_database, MIKA, JO)
    with sqlite_database.read() as unit:
        assert records.named(unit.connection, said).public_id == public_id
        assert records.named(unit.connection, public_id).public_id == public_id


def test_an_exact_name_wins_over_a_longer_one(sqlite_database: Database) -> None:
    short = replace(MIKA, given_names="Mika", identifiers=frozenset())
    (_, public_id) = store(sqlite_database, MIKA, short)
    with sqlite_database.read() as unit:
        assert records.named(unit.connection, "Mika Sample").public_id == public_id
        with pytest.raises(Invalid, match="patient_ambiguous"):
            records.named(unit.connection, "sample")
        assert records.named(unit.connection, "Jo Sample").person.given_names == "Mika Jo"


@pytest.mark.parametrize("said", ["", "  ", "nobody", "%", "samp", "O'Neil%x"])
def test_what_fits_nobody_is_not_found(sqlite_database: Database, said: str) -> None:
    store(sqlite_database, MIKA, JO)
    with sqlite_database.read() as unit, pytest.raises(NotFound):
        records.named(unit.connection, said)
    with sqlite_database.read() as unit, pytest.raises(NotFound):
        records.record(unit.connection, said)


def test_a_form_filled_in_on_an_old_version_is_stale(database: Database) -> None:
    (public_id,) = store(database, MIKA)
    with database.begin() as unit:
        known = records.record(unit.connection, public_id)
        writes.change(unit.connection, known, replace(MIKA, phone="1"), WISHES, seen=1)
    with database.begin() as unit, pytest.raises(Stale) as raised:
        writes.change(unit.connection, known, replace(MIKA, phone="2"), WISHES, seen=1)
    assert raised.value.params["current"] == 2
    with database.read() as unit:
        found = records.record(unit.connection, public_id)
    assert (found.person.phone, found.choices) == ("1", WISHES)


def test_another_address_has_proven_nothing(sqlite_database: Database) -> None:
    (public_id,) = store(sqlite_database, MIKA)
    other, more = replace(MIKA, email="new@a.example"), Identifier("urn:x", "9")
    with sqlite_database.begin() as unit:
        unit.connection.exec_driver_sql("UPDATE patient SET email_state = 'bad'")
        known = records.record(unit.connection, public_id)
        writes.tell(unit.connection, MIKA, known.id, replace(MIKA, identifiers=MIKA.identifiers | {more}))
        assert records.record(unit.connection, public_id).email_state == "bad"
        writes.tell(unit.connection, MIKA, known.id, other)
        found = records.record(unit.connection, public_id)
    assert (found.email_state, found.version) == ("unproven", 3)
    assert more in found.person.identifiers


def test_adding_nobody_is_nothing(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        assert writes.add(unit.connection, [], now=NOW) == ()


@pytest.mark.parametrize(("where", "who"), [("loc1", "nobody"), ("elsewhere", "patient1")])
def test_nobody_can_be_placed_who_is_not_there_nor_anywhere_else(
    sqlite_database: Database, where: str, who: str
) -> None:
    build(sqlite_database)
    with sqlite_database.read() as unit, pytest.raises(NotFound):
        at_site(unit.connection, where, who, since=NOW)
