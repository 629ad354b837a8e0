"""Whether finding a patient takes as long among many as among few: `python -m tests.performance.finding`, by hand.

On each database: the same questions, in turns, in a practice of 1,000 patients and in one of 100,000 (or as many as the
argument says), as somebody types them: one letter, two, the name, the beginnings of both, figures of a telephone
number, a birth date, letters swapped, somebody who is not there. Prints for each the two medians in milliseconds and
their ratio as JSON; the target is a ratio of at most 2 for each and of at most 1.5 over all.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import text

from clinic.db import schema
from clinic.db.connect import open_engine
from clinic.db.patients import writes
from clinic.db.patients.find import find
from clinic.db.unit import Database
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from tests.performance.filled import NOW, databases

FEW, MANY, A_TURN, ASKED, ROUNDS = 1_000, 100_000, 2_000, 40, 3
BORN = date(1930, 1, 1)
SYLLABLES = [a + b for a in "bdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "en", "er")]


def people(count: int) -> Iterator[Person]:
    """As unequal as names are: few are very common, most are rare."""
    draw = Random(7)
    family, given = (
        ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 4))).title() for _ in range(many)]
        for many in (20_000, 2_000)
    )
    for _ in range(count):
        names = (names[int(len(names) * draw.random() ** 3)] for names in (family, given))
        phone = f"+49 30 {draw.randrange(10**7, 10**8)}"
        yield Person(*names, BORN + timedelta(days=draw.randrange(29_000)), phone=phone)


def questions(some: list[Person]) -> Iterator[tuple[str, str]]:
    """What is typed to find each of them."""
    for person in some:
        family, given = person.family_name.lower(), person.given_names.lower()
        yield "one letter", family[:1]
        yield "two letters", family[:2]
        yield "name", family
        yield "beginnings of two", f"{given[:2]} {family[:3]}"
        yield "both names", f"{given} {family}"
        yield "telephone", (person.phone or "")[-5:]
        yield "birth date", f"{person.birth_on:%d.%m.%Y}"
        yield "letters swapped", family[:1] + family[2] + family[1] + family[3:]
        yield "not there", f"{given} qxqxqx"


def fill(database: Database, some: list[Person]) -> None:
    for first in range(0, len(some), A_TURN):
        with database.begin() as unit:
            new = [(unit.public_id(), person, Choices()) for person in some[first : first + A_TURN]]
            writes.add(unit.connection, new, now=NOW)
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def measured(pair: dict[int, Database], asked: list[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """By kind of question the medians of the few and the many, taken in turns, and their ratio."""
    taken: dict[str, dict[int, list[float]]] = {kind: {count: [] for count in pair} for kind, _ in asked}
    for _ in range(ROUNDS):
        for kind, typed in asked:
            for count, database in pair.items():
                begun = perf_counter()
                with database.read() as unit:
                    find(unit.connection, typed, today=NOW.date())
                taken[kind][count].append((perf_counter() - begun) * 1000)
    every = {count: [each for kind in taken.values() for each in kind[count]] for count in pair}
    shown = {}
    for kind, times in {**taken, "all": every}.items():
        few, many = (median(times[count]) for count in sorted(pair))
        shown[kind] = {"few_ms": round(few, 2), "many_ms": round(many, 2), "ratio": round(many / few, 2)}
    return shown


def second(folder: str, name: str, database: Database) -> Database:
    """Another practice on the same kind of database."""
    if name == "sqlite":
        other = Database(open_engine(f"sqlite:///{Path(folder) / 'few.db'}"))
    else:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CREATE DATABASE few"))
        other = Database(open_engine(database.engine.url.set(database="few").render_as_string(hide_password=False)))
    schema.upgrade(other.engine)
    return other


def main(many: int, names: list[str]) -> None:
    results = {}
    crowd = list(people(many))
    asked = list(questions(Random(1).sample(crowd[:FEW], ASKED)))
    for name in names:
        with databases([name]) as given, TemporaryDirectory() as folder:
            few = second(folder, name, given[name])
            fill(few, crowd[:FEW])
            fill(given[name], crowd)
            results[name] = measured({FEW: few, many: given[name]}, asked)
            few.engine.dispose()
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY, sys.argv[2:] or ["sqlite", "postgresql"])
