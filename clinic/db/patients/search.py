"""Finding patients by what somebody types: parts of a name, a birth date, a number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from clinic.db.tables.patients import patient, patient_identifier
from clinic.domain.patients.names import folded

MOST = 8
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A patient as a choice: always with the birth date."""

    public_id: str
    name: str
    birth_on: date
    phone: str
    deceased: bool


def search(connection: Connection, typed: str, *, most: int = MOST, skip: int = 0) -> tuple[Found, ...]:
    """At most `most` patients for which every typed word fits, after the first `skip`; by family name. Nothing typed
    finds everybody."""
    query = select(
        patient.c.public_id,
        (patient.c.given_names + " " + patient.c.family_name).label("name"),
        patient.c.birth_on,
        func.coalesce(patient.c.phone, ""),
        patient.c.deceased,
    ).where(and_(True, *_fits(typed)))
    rows = connection.execute(query.order_by(patient.c.search_name, patient.c.id).limit(most).offset(skip))
    return tuple(Found(row[0], row[1].strip(), *row[2:]) for row in rows)


def count(connection: Connection, typed: str) -> int:
    """How many there are."""
    query = select(func.count()).select_from(patient).where(and_(True, *_fits(typed)))
    return int(connection.execute(query).scalar_one())


def _fits(typed: str) -> Iterator[ColumnElement[bool]]:
    """A condition for each word: a birth date as 1980-03-01 or 1.3.1980, else the beginning of a name or a number."""
    for word in folded(typed[:LONGEST].replace(",", " ")).split():
        born = _date(word)
        if born is not None:
            yield patient.c.birth_on == born
            continue
        known = select(patient_identifier.c.patient_id).where(func.lower(patient_identifier.c.value) == word)
        begins = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        yield or_(
            patient.c.search_name.like(f"{begins}%", escape="\\"),
            patient.c.search_name.like(f"% {begins}%", escape="\\"),
            patient.c.id.in_(known),
        )


def _date(word: str) -> date | None:
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})", word)
    if parts is None:
        return None
    year, month, day, other_day, other_month, other_year = parts.groups()
    try:
        return date(int(year or other_year), int(month or other_month), int(day or other_day))
    except ValueError:
        return None
