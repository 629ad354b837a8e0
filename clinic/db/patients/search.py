"""The list of patients, as somebody narrows it: page by page, in the order of names."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from clinic.db.patients.find import Found, begins_with, shown
from clinic.db.tables.patients import patient, patient_term
from clinic.domain.patients.asked import Asked, readings
from clinic.domain.patients.terms import Kind


def search(connection: Connection, typed: str, *, today: date, most: int, skip: int = 0) -> tuple[Found, ...]:
    """At most `most` patients for which every typed word fits, after the first `skip`; by family name. Nothing typed
    finds everybody."""
    query = select(patient.c.id).where(_fits(typed, today))
    rows = connection.execute(query.order_by(patient.c.search_name, patient.c.id).limit(most).offset(skip))
    return shown(connection, list(rows.scalars()))


def count(connection: Connection, typed: str, *, today: date) -> int:
    """How many there are."""
    query = select(func.count()).select_from(patient).where(_fits(typed, today))
    return int(connection.execute(query).scalar_one())


def _fits(typed: str, today: date) -> ColumnElement[bool]:
    return or_(*(and_(True, *_conditions(asked)) for asked in readings(typed, today=today)))


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.born:
        yield patient.c.birth_on.in_(asked.born)
    for number in asked.numbers:
        yield _having((Kind.NUMBER, number))
    for word in asked.words:
        yield _having((Kind.NAME, word), (Kind.WITHIN, word))


def _having(*any_of: tuple[Kind, str]) -> ColumnElement[bool]:
    fits = or_(*(begins_with(patient_term, part) for part in any_of))
    return patient.c.id.in_(select(patient_term.c.patient_id).where(fits))
