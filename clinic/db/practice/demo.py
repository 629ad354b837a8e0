"""Whether a database is a demo's, or may become one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from clinic.db.practice.writes import PRACTICE_ID
from clinic.db.tables.access import account
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice


class Holds(StrEnum):
    """What a database holds."""

    NOTHING = "nothing"
    DEMO = "demo"
    PRACTICE = "practice"


def holds(connection: Connection) -> Holds:
    """A practice, patients or accounts that are not a demo's count as a practice."""
    demo = connection.execute(select(practice.c.demo)).scalar_one_or_none()
    if demo is not None:
        return Holds.DEMO if demo else Holds.PRACTICE
    taken = any(connection.execute(select(table.c.id).limit(1)).first() for table in (patient, account))
    return Holds.PRACTICE if taken else Holds.NOTHING


def mark(connection: Connection, *, now: datetime) -> None:
    """Make an empty database a demo's, before anything else is in it."""
    values = {"id": PRACTICE_ID, "name": "Demo", "neutral_name": "Demo", "sender": "demo@clinic.invalid", "weights": {}}
    connection.execute(insert(practice), values | {"demo": True, "outbox_paused": False, "created_at": now})
