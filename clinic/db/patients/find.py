"""Finding the few patients that somebody means while he types.

Every statement walks an index and stops after a few rows, so it costs the same among a thousand patients and among a
hundred thousand: the terms lie in order, and a slip is looked for by asking for each word that may have been meant.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, select, text

from clinic.db.tables.patients import patient, patient_term
from clinic.domain.patients.asked import Asked, readings
from clinic.domain.patients.terms import PAIRED, Kind, meant

MOST: Final = 8
LAST: Final = "\U0010ffff"
"""Sorts after everything that begins alike."""

MOST_MEANT: Final = 12
"""So many words that may have been meant, of those that some name begins with, are followed."""

_KNOWN: Final = {
    "sqlite": text(
        """
        SELECT value FROM json_each(:terms) WHERE (
            SELECT term FROM patient_term WHERE kind = :kind AND term >= value AND term < value || char(1114111)
            ORDER BY kind, term LIMIT 1
        ) IS NOT NULL ORDER BY key
        """
    ),
    "postgresql": text(
        """
        SELECT word FROM json_array_elements_text(CAST(:terms AS json)) WITH ORDINALITY AS asked (word, place) WHERE (
            SELECT term FROM patient_term WHERE kind = :kind AND term >= word AND term < word || chr(1114111)
            ORDER BY kind, term LIMIT 1
        ) IS NOT NULL ORDER BY place
        """
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A patient as a choice: always with the birth date."""

    public_id: str
    name: str
    birth_on: date
    phone: str
    deceased: bool


def find(connection: Connection, typed: str, *, today: date, most: int = MOST) -> tuple[Found, ...]:
    """At most so many, the likeliest first: whose names begin with every word, then, for a word alone, who has it
    inside a name, then those for whom a slip in one word is forgiven; among these by the word that fits and the name.
    Nothing typed finds nobody."""
    found: dict[int, None] = {}
    asked = [each for each in readings(typed, today=today) if not each.empty]
    for way in (_begins, _inside, _forgiven):
        for each in asked:
            for query in way(connection, each, most):
                found |= dict.fromkeys(connection.execute(query).scalars())
                if len(found) >= most:
                    return shown(connection, list(found)[:most])
    return shown(connection, list(found))


def _begins(_: Connection, asked: Asked, most: int) -> Iterator[Select[Any]]:
    yield statement(asked, most)


def _inside(_: Connection, asked: Asked, most: int) -> Iterator[Select[Any]]:
    if len(asked.words) == 1:
        yield statement(asked, most, inside=True)


def _forgiven(connection: Connection, asked: Asked, most: int) -> Iterator[Select[Any]]:
    for at, word in enumerate(asked.words):
        others = asked.words[:at] + asked.words[at + 1 :]
        for other in _known(connection, meant(word), others)[:MOST_MEANT]:
            yield statement(replace(asked, words=(other, *others)), most)


def _known(connection: Connection, words: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Those of the words that begin a name, of somebody who has a name like the longest of the others too."""
    if not words:
        return ()
    beside = f"{max(others, key=len)[:PAIRED]} " if others else ""
    kind = Kind.PAIR if others else Kind.NAME
    asked = {"kind": kind.value, "terms": json.dumps([beside + word for word in words])}
    rows = connection.execute(_KNOWN[connection.dialect.name], asked).scalars()
    return tuple(row.removeprefix(beside) for row in rows)


def statement(asked: Asked, most: int, *, inside: bool = False) -> Select[Any]:
    """The keys of at most so many for whom all of it holds, some of them more than once."""
    words = [(Kind.WITHIN if inside else Kind.NAME, word) for word in asked.words]
    parts = [(Kind.NUMBER, number) for number in asked.numbers] + words
    if asked.born:
        query = select(patient.c.id).where(
            patient.c.birth_on.in_(asked.born), *(has(patient.c.id, part) for part in parts)
        )
        return query.order_by(patient.c.search_name, patient.c.id).limit(most)
    lead = max(parts, key=lambda part: len(part[1]))
    left = [part for part in parts if part != lead]
    if lead[0] is Kind.NAME and len(words) > 1:
        _, beside = second = max((part for part in words if part != lead), key=lambda part: len(part[1]))
        lead = (Kind.PAIR, f"{beside[:PAIRED]} {lead[1]}")
        left = [part for part in left if part != second or len(beside) > PAIRED]
    term = patient_term
    query = select(term.c.patient_id).where(begins_with(term, lead), *(has(term.c.patient_id, part) for part in left))
    return query.order_by(term.c.kind, term.c.term, term.c.sorts, term.c.patient_id).limit(2 * most)


def has(patient_id: ColumnElement[int], part: tuple[Kind, str]) -> ColumnElement[bool]:
    """Whether a term of that kind begins so."""
    term = patient_term.alias()
    return select(term.c.term).where(term.c.patient_id == patient_id, begins_with(term, part)).exists()


def begins_with(term: FromClause, part: tuple[Kind, str]) -> ColumnElement[bool]:
    """Its terms of that kind that begin so."""
    kind, beginning = part
    return and_(term.c.kind == kind.value, term.c.term >= beginning, term.c.term < beginning + LAST)


def shown(connection: Connection, patient_ids: Sequence[int]) -> tuple[Found, ...]:
    """These, in that order."""
    query = select(
        patient.c.id,
        patient.c.public_id,
        (patient.c.given_names + " " + patient.c.family_name).label("name"),
        patient.c.birth_on,
        func.coalesce(patient.c.phone, ""),
        patient.c.deceased,
    ).where(patient.c.id.in_(patient_ids))
    rows = {row[0]: Found(row[1], row[2].strip(), *row[3:]) for row in connection.execute(query)}
    return tuple(rows[each] for each in patient_ids)
