"""Patients, read whole to be shown, compared and changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, select

from clinic.db.patients.rows import choices_from, person_from
from clinic.db.tables.patients import patient, patient_identifier
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.names import folded
from clinic.domain.patients.person import Identifier, Person
from clinic.domain.time import tick_floor
from clinic.domain.visits.visit import OVER

T = TypeVar("T")

CHUNK = 500
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Record:
    """A patient as stored; `email_state` is unproven, good or bad."""

    id: int
    public_id: str
    version: int
    person: Person
    choices: Choices
    email_state: str
    restricted: bool


def record(connection: Connection, public_id: str) -> Record:
    """The patient with that public id. Raises NotFound."""
    found = _records(connection, patient.c.public_id == public_id)
    if not found:
        raise NotFound("patient")
    return found[0]


def named(connection: Connection, said: str) -> Record:
    """The patient with that public id, that identifier, exactly that name in either order, or a name with these words.

    Raises NotFound, and Invalid(patient_ambiguous) when the first of these that fits anybody fits several.
    """
    said, words = said.strip(), folded(said.replace(",", " ")).split()
    if not words:
        raise NotFound("patient")
    by_identifier = select(patient_identifier.c.patient_id).where(patient_identifier.c.value == said)
    orders = [" ".join(words[at:] + words[:at]) for at in range(len(words))]
    spaced = " " + patient.c.search_name + " "
    for condition in (
        patient.c.public_id == said,
        patient.c.id.in_(by_identifier),
        patient.c.search_name.in_(orders),
        and_(*(spaced.contains(f" {word} ", autoescape=True) for word in words)),
    ):
        found = _records(connection, condition)
        if len(found) > 1:
            raise _ambiguous(found)
        if found:
            return found[0]
    raise NotFound("patient")


def _ambiguous(found: Sequence[Record]) -> Invalid:
    people = [(each.public_id, each.person) for each in found[:MOST_NAMED]]
    told = [f"{id_} ({who.given_names} {who.family_name}, born {who.birth_on})" for id_, who in people]
    more = ["…"] if len(found) > MOST_NAMED else []
    return Invalid("patient_ambiguous", field="patient", count=len(found), choices=[*told, *more])


def _records(connection: Connection, condition: ColumnElement[bool]) -> list[Record]:
    rows = connection.execute(select(patient).where(condition).order_by(patient.c.id)).mappings().all()
    identifiers = _identifiers(connection, [row["id"] for row in rows])
    return [
        Record(
            row["id"],
            row["public_id"],
            row["version"],
            person_from(row, identifiers[row["id"]]),
            choices_from(row),
            row["email_state"],
            row["restricted_at"] is not None,
        )
        for row in rows
    ]


def persons(connection: Connection, patient_ids: Collection[int]) -> Mapping[int, Person]:
    """What is stored about each of them."""
    found: dict[int, Person] = {}
    for chunk in _chunks(sorted(patient_ids)):
        identifiers = _identifiers(connection, chunk)
        rows = connection.execute(select(patient).where(patient.c.id.in_(chunk))).mappings()
        found |= {row["id"]: person_from(row, identifiers[row["id"]]) for row in rows}
    return found


def owners(connection: Connection, identifiers: Collection[Identifier]) -> Mapping[Identifier, int]:
    """The keys of the patients who have one of these identifiers."""
    found: dict[Identifier, int] = {}
    for values in _chunks(sorted({each.value for each in identifiers})):
        query = select(patient_identifier).where(patient_identifier.c.value.in_(values))
        for row in connection.execute(query).mappings():
            found[Identifier(row["system"], row["value"])] = row["patient_id"]
    return found


def _identifiers(connection: Connection, patient_ids: Sequence[int]) -> Mapping[int, list[Identifier]]:
    found: dict[int, list[Identifier]] = defaultdict(list)
    query = select(patient_identifier).where(patient_identifier.c.patient_id.in_(patient_ids))
    for row in connection.execute(query).mappings():
        found[row["patient_id"]].append(Identifier(row["system"], row["value"]))
    return found


def resources(connection: Connection, patient_ids: Collection[int]) -> tuple[int, ...]:
    """What holds their time."""
    query = select(resource.c.id).where(resource.c.kind == "patient", resource.c.owner_id.in_(patient_ids))
    return tuple(connection.execute(query).scalars())


def ahead(connection: Connection, patient_ids: Collection[int], *, now: datetime) -> tuple[str, ...]:
    """The public ids of their visits that end after `now` and still hold time."""
    query = (
        select(appointment.c.public_id)
        .where(
            appointment.c.patient_id.in_(patient_ids),
            appointment.c.ends_tick > tick_floor(now),
            appointment.c.status.not_in(stored(OVER)),
        )
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return tuple(connection.execute(query).scalars())


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(values), CHUNK):
        yield values[at : at + CHUNK]
