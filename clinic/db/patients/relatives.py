"""Patients who belong together. A relation is stored once and read from either side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, delete, insert, or_, select, union_all, update

from clinic.db.tables.patients import patient, patient_relation
from clinic.domain.patients.relatives import Relation


@dataclass(frozen=True, slots=True)
class Relative:
    """A patient's relative, as a list shows him; `reads_feed`: the patient permits him to read the calendar;
    `acts`: he may act for the patient, and sign for him."""

    id: int
    public_id: str
    name: str
    born_on: date
    back_to_back: bool
    reads_feed: bool = False
    acts: bool = False


def _others(patient_id: int) -> Subquery:
    columns = patient_relation.c
    return union_all(
        select(
            columns.relative_id.label("other_id"),
            columns.back_to_back,
            columns.sees_feed.label("reads_feed"),
            columns.proxy.label("acts"),
        ).where(columns.patient_id == patient_id),
        select(columns.patient_id.label("other_id"), columns.back_to_back, columns.shows_feed, columns.proxied).where(
            columns.relative_id == patient_id
        ),
    ).subquery()


def of_patient(connection: Connection, patient_id: int) -> tuple[Relative, ...]:
    """His relatives, by name."""
    others = _others(patient_id)
    query = (
        select(
            patient.c.id,
            patient.c.public_id,
            (patient.c.given_names + " " + patient.c.family_name).label("name"),
            patient.c.birth_on,
            others.c.back_to_back,
            others.c.reads_feed,
            others.c.acts,
        )
        .join(others, others.c.other_id == patient.c.id)
        .order_by(patient.c.search_name, patient.c.id)
    )
    return tuple(Relative(row[0], row[1], row[2].strip(), *row[3:]) for row in connection.execute(query))


def beside(connection: Connection, patient_id: int) -> Mapping[int, str]:
    """By key the names of those whose visits he wishes back to back with his own, and for whom something may be
    planned."""
    others = _others(patient_id)
    query = (
        select(patient.c.id, (patient.c.given_names + " " + patient.c.family_name).label("name"))
        .join(others, others.c.other_id == patient.c.id)
        .where(others.c.back_to_back, patient.c.deceased.is_(False), patient.c.restricted_at.is_(None))
        .order_by(patient.c.id)
    )
    return {row.id: row.name.strip() for row in connection.execute(query)}


def _between(patient_id: int, other_id: int) -> ColumnElement[bool]:
    columns: Any = patient_relation.c
    return or_(
        and_(columns.patient_id == patient_id, columns.relative_id == other_id),
        and_(columns.patient_id == other_id, columns.relative_id == patient_id),
    )


def relate(connection: Connection, relation: Relation) -> None:
    """Keep that they belong together, and whether they come one after the other. The caller holds both patients."""
    there = update(patient_relation).where(_between(relation.patient_id, relation.other_id))
    if connection.execute(there.values(back_to_back=relation.back_to_back)).rowcount:
        return
    row = {"patient_id": relation.patient_id, "relative_id": relation.other_id, "back_to_back": relation.back_to_back}
    connection.execute(insert(patient_relation).values(**row, kind="relative", proxy=False, sees_feed=False))


def permit(connection: Connection, patient_id: int, reader_id: int, allowed: bool) -> bool:
    """Whether the reader may have the patient's calendar; False when the two do not belong together. The caller holds
    the patient."""
    return _flag(connection, patient_id, reader_id, ("sees_feed", "shows_feed"), allowed)


def entrust(connection: Connection, patient_id: int, proxy_id: int, acts: bool) -> bool:
    """Whether the other may act for the patient; False when the two do not belong together. The caller holds the
    patient."""
    return _flag(connection, patient_id, proxy_id, ("proxy", "proxied"), acts)


def _flag(connection: Connection, patient_id: int, other_id: int, flags: tuple[str, str], value: bool) -> bool:
    columns: Any = patient_relation.c
    sides = ((columns.patient_id, columns.relative_id), (columns.relative_id, columns.patient_id))
    for (own, other), flag in zip(sides, flags, strict=True):
        there = update(patient_relation).where(own == patient_id, other == other_id)
        if connection.execute(there.values({flag: value})).rowcount:
            return True
    return False


def part(connection: Connection, patient_id: int, other_id: int) -> None:
    """Forget that they belong together."""
    connection.execute(delete(patient_relation).where(_between(patient_id, other_id)))
