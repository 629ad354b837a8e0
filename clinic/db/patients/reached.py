"""How patients are reached."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select

from clinic.db.tables.patients import patient


class Ways(NamedTuple):
    """What a patient chose and gave, as `domain.messages.reach` judges it; the language he reads."""

    channel: str
    invites: str
    email: str | None
    email_state: str
    phone: str | None
    language: str


_COLUMNS = tuple(patient.c[name] for name in Ways._fields)


def ways(connection: Connection, patient_ids: Collection[int]) -> Mapping[int, Ways]:
    """Of each of them, by key. One statement."""
    query = select(patient.c.id, *_COLUMNS).where(patient.c.id.in_(sorted(patient_ids)))
    return {row[0]: Ways(*row[1:]) for row in connection.execute(query)}
