import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text

from clinic.db.patients import find as finding
from clinic.db.patients import records, terms, writes
from clinic.db.patients.find import find
from clinic.db.patients.search import count, search
from clinic.db.tables.patients import patient_term
from clinic.db.unit import Database
from clinic.domain.ids import PublicId
from clinic.domain.patients.asked import Asked, readings
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Identifier, Person
from clinic.services.patients.index import index, index_missing
from tests.world import NOW

TODAY = NOW.date()
BORN = date(1980, 3, 1)
MANY = (
    Person("Müller", "Anna", BORN, phone="+49 30 5550123"),
    Person("Mueller-Łuk", "Zoë Anna", date(1990, 1, 1)),
    Person("Adler", "Änne", date(1985, 5, 5), identifiers=frozenset({Identifier("urn:mrn", "AO-0003")})),
    Person("Иванов", "Иван", date(1970, 7, 7)),
    Person("Strohmann", "O", date(1960, 6, 6), phone="0171 234567"),
)


def store(database: Database, *people: Person) -> None:
    with database.begin() as unit:
        new = [(PublicId(f"p{n}"), person, Choices()) for n, person in enumerate(people)]
        writes.add(unit.connection, new, now=NOW)


def found(database: Database, typed: str, most: int = 8) -> list[str]:
    with database.read() as unit:
        return [one.public_id for one in find(unit.connection, typed, today=TODAY, most=most)]


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("mul", ["p0"]),
        ("MÜLLER, anna", ["p0", "p1"]),
        ("anna mul", ["p0"]),
        ("an mu", ["p1", "p0"]),
        ("luk", ["p1"]),
        ("zoe", ["p1"]),
        ("muellerluk", ["p1"]),
        ("müller-łuk", ["p1"]),
        ("mann", ["p4", "p1", "p0", "p2"]),
        ("o str", ["p4"]),
        ("anan müller", ["p0"]),
        ("anna mulelr", ["p0"]),
        ("adlr", ["p2"]),
        ("adleer", ["p2"]),
        ("adjer", ["p2"]),
        ("strohmnan o", ["p4"]),
        ("иваноф", ["p3"]),
        ("1.3.80", ["p0"]),
        ("1 mar 1980 anna", ["p0"]),
        ("010380", ["p0"]),
        ("010380 zoe", []),
        ("0123", ["p0"]),
        ("030 5550123", ["p0"]),
        ("+49171234567", ["p4"]),
        ("anna 123", ["p0"]),
        ("ao-0003", ["p2"]),
        ("0003 änne", ["p2"]),
        ("anna 999", []),
        ("adler 1.3.80", []),
        ("%", []),
        ("", []),
        ("zzz", []),
    ],
)
def test_typing_finds_whom_somebody_means(database: Database, typed: str, who: list[str]) -> None:
    store(database, *MANY)
    assert found(database, typed) == who


def test_who_is_called_so_comes_before_who_has_it_inside_and_who_needs_a_slip_forgiven(database: Database) -> None:
    store(database, *(Person(name, "X", BORN) for name in ("Hanner", "Annes", "Hannesson", "Anne", "Annt")))
    assert found(database, "anne") == ["p3", "p1", "p0", "p2", "p4"]
    assert found(database, "anne", most=1) == ["p3"]


def test_two_who_are_called_alike_are_told_apart_by_the_birth_date(database: Database) -> None:
    store(database, MANY[0], replace(MANY[0], birth_on=date(1981, 1, 1)))
    with database.read() as unit:
        assert [one.birth_on.year for one in find(unit.connection, "muller", today=TODAY)] == [1980, 1981]


def test_a_changed_record_is_found_by_what_it_says_now(database: Database) -> None:
    store(database, MANY[2])
    with database.begin() as unit:
        known = records.record(unit.connection, "p0")
        changed = replace(known.person, family_name="Berg", phone="777")
        writes.change(unit.connection, known, changed, known.choices, seen=1)
    assert (found(database, "adler"), found(database, "berg"), found(database, "777")) == ([], ["p0"], ["p0"])
    assert found(database, "ao0003") == ["p0"]
    with database.begin() as unit:
        more = replace(changed, identifiers=frozenset({Identifier("urn:x", "Q9")}))
        writes.tell(unit.connection, changed, known.id, more)
    assert found(database, "q9") == ["p0"]


def test_nothing_is_found_by_what_was_not_written(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as unit:
        writes.add(unit.connection, [(PublicId("p0"), MANY[0], Choices())], now=NOW)
        raise RuntimeError
    with database.read() as unit:
        assert unit.connection.execute(select(func.count()).select_from(patient_term)).scalar_one() == 0


def test_the_index_is_written_anew_where_somebody_is_missing_in_it(database: Database) -> None:
    store(database, *MANY)
    with database.begin() as unit:
        before = unit.connection.execute(select(patient_term)).all()
        unit.connection.execute(delete(patient_term))
        assert terms.unfound(unit.connection) == 5
    assert found(database, "anna") == []
    assert index_missing(database.begin, database.read) == 5
    with database.read() as unit:
        assert set(unit.connection.execute(select(patient_term)).all()) == set(before)
    assert index_missing(database.begin, database.read) == 0
    assert index(database.begin, database.read) == 5


def test_the_list_has_everybody_whom_the_words_fit(database: Database) -> None:
    store(database, *MANY)
    with database.read() as unit:
        for typed, total in (("", 5), ("an", 4), ("ann zoe", 1), ("010380", 1), ("ller", 2), ("0123", 1), ("x", 0)):
            assert count(unit.connection, typed, today=TODAY) == total
            assert len(search(unit.connection, typed, today=TODAY, most=50)) == total
        second = search(unit.connection, "an", today=TODAY, most=1, skip=1)
    assert [one.public_id for one in second] == ["p1"]


def test_whoever_a_slip_away_is_there_is_found(database: Database) -> None:
    """Held against comparing every name: whom a swap, a letter more, less or another makes begin so."""
    draw = random.Random(8)
    names = sorted({"".join(draw.choices("abcdef", k=draw.randint(4, 6))) for _ in range(60)})
    store(database, *(Person(name, "", BORN + timedelta(days=n)) for n, name in enumerate(names)))
    for typed in ("".join(draw.choices("abcdef", k=draw.randint(4, 5))) for _ in range(40)):
        meant = {f"p{n}" for n, name in enumerate(names) if any(_near(typed, name[:end]) for end in range(3, 7))}
        inside = {f"p{n}" for n, name in enumerate(names) if typed in name}
        assert meant <= set(found(database, typed, most=60)) <= meant | inside


def _near(one: str, other: str) -> bool:
    """Whether one slip at most lies between them."""
    if one == other or (len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1):
        return True
    longer, shorter = max(one, other, key=len), min(one, other, key=len)
    if len(longer) == len(shorter) + 1 and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))):
        return True
    swaps = (one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1))
    return other in swaps


@pytest.mark.parametrize("typed", ["mul", "anna mul", "0123", "mann 1.3.80", "anna 0123"])
def test_finding_walks_an_index_and_never_reads_every_patient(database: Database, typed: str) -> None:
    (asked,) = readings(typed, today=TODAY)
    with database.begin() as unit:  # reads commit each statement, and what is set locally is gone with it
        if database.engine.dialect.name == "postgresql":
            unit.connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = finding.statement(asked, 8).compile(database.engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN " if database.engine.dialect.name == "sqlite" else "EXPLAIN "
        plan = [str(row) for row in unit.connection.exec_driver_sql(explain + str(query).replace("%", "%%"))]
    assert not any("SCAN" in line or "Seq Scan" in line for line in plan), plan
    assert asked.born or not any("TEMP B-TREE" in line for line in plan), plan


def test_the_lead_of_two_words_is_both_together() -> None:
    whole = str(finding.statement(Asked(("anna", "muller")), 8).compile(compile_kwargs={"literal_binds": True}))
    assert "'an muller'" in whole
