"""Patients who have the name and the birth date of somebody."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select

from clinic.db.patients.records import CHUNK
from clinic.db.tables.patients import patient
from clinic.domain.patients.names import folded


def born(connection: Connection, days: Collection[date]) -> dict[tuple[str, date], str]:
    """The public id of a patient for each name and birth date there is on these days; of several the first."""
    found: dict[tuple[str, date], str] = {}
    columns = (patient.c.public_id, patient.c.family_name, patient.c.given_names, patient.c.birth_on)
    asked = sorted(set(days))
    for at in range(0, len(asked), CHUNK):
        some = asked[at : at + CHUNK]
        rows = connection.execute(select(*columns).where(patient.c.birth_on.in_(some)).order_by(patient.c.id))
        for row in rows:
            found.setdefault((folded(f"{row.family_name} {row.given_names}"), row.birth_on), row.public_id)
    return found
