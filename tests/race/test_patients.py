"""Patients taken over by several at once: nobody is there twice, and every number is one person's."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select

from clinic.db.patients import records
from clinic.db.tables.patients import patient, patient_identifier
from clinic.db.unit import Database
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.person import Identifier, Person
from clinic.services.patients.find import resolve
from clinic.services.patients.import_patients import import_patients
from clinic.services.patients.take_over import take_over
from tests.race.crowd import sound
from tests.world import ACTOR, NOW

pytestmark = pytest.mark.race
MANY, CLERKS, SYSTEM = 16, 8, "https://clinic.example/patient"


def arrival(number: int) -> Arrival:
    """The person whose number that is."""
    names = frozenset({Identifier(SYSTEM, f"AO-{number:04}")})
    person = Person(f"Family{number}", "Ida", date(1980, 1, number), deceased=False, language="en", identifiers=names)
    return Arrival(number, person)


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """What each act says, begun together."""
    together = Barrier(len(acts))

    def act(one: Callable[[], int]) -> int:
        together.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def owners(database: Database) -> Counter[str]:
    """How many patients each number leads to."""
    with database.read() as unit:
        query = select(patient_identifier.c.value, func.count()).group_by(patient_identifier.c.value)
        return Counter({row[0]: row[1] for row in unit.connection.execute(query)})


def test_of_clerks_who_import_one_file_at_once_one_takes_everybody_on(database: Database) -> None:
    everybody = [arrival(number) for number in range(1, MANY + 1)]

    def read() -> int:
        return import_patients(database.begin, everybody, write=True, actor=ACTOR, now=NOW).new

    assert Counter(at_once([read] * CLERKS)) == {MANY: 1, 0: CLERKS - 1}
    assert owners(database) == {f"AO-{number:04}": 1 for number in range(1, MANY + 1)}
    assert resolve(database.read, "AO-0001").person.family_name == "Family1"
    sound(database)


def test_files_that_overlap_are_taken_over_in_two_ways_at_once_and_nobody_is_there_twice(database: Database) -> None:
    def some(first: int) -> list[Arrival]:
        return [arrival(1 + (first + step) % MANY) for step in range(MANY // 2)]

    def imports(first: int) -> Callable[[], int]:
        return lambda: import_patients(database.begin, some(first), write=True, actor=ACTOR, now=NOW).new

    def takes_over(first: int) -> Callable[[], int]:
        return lambda: take_over(database.begin, some(first), (), f"file{first}", actor=ACTOR, now=NOW)

    told = at_once([way(first) for first in range(0, MANY, 4) for way in (imports, takes_over)])
    assert sum(told) == MANY
    assert owners(database) == {f"AO-{number:04}": 1 for number in range(1, MANY + 1)}
    with database.read() as unit:
        assert unit.connection.execute(select(func.count()).select_from(patient)).scalar_one() == MANY
        assert len(records.owners(unit.connection, [Identifier(SYSTEM, "AO-0001")])) == 1
    sound(database)
