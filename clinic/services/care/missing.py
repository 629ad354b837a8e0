"""A visit can be over without a record: a task about it from the next night on, until the record is signed."""

from datetime import datetime, timedelta
from typing import Final

from clinic.db.care import missing
from clinic.db.messages import tasks
from clinic.db.unit import Unit
from clinic.domain.time import tick_floor

TASK: Final = "record_missing"
WRITTEN_WITHIN: Final = timedelta(hours=12)
"""The evening of its day is time enough: nobody is reminded before."""
LOOKED_BACK: Final = timedelta(days=60)


def raise_tasks(unit: Unit, *, now: datetime) -> int:
    """One for each visit that is over, has no signed record and began so long ago; how many were new."""
    since, until = tick_floor(now - LOOKED_BACK), tick_floor(now - WRITTEN_WITHIN)
    found = missing.unrecorded(unit.connection, TASK, since, until)
    return sum(
        tasks.put(
            unit.connection,
            TASK,
            f"{TASK}:{one.uid}:{one.version}",
            patient_id=one.patient_id,
            appointment_id=one.id,
            public_id=unit.public_id(),
            now=now,
        )
        for one in found
    )


def settle(unit: Unit, visit_id: int, *, now: datetime) -> None:
    """The visit has its record, or is not over."""
    tasks.drop_about(unit.connection, visit_id, (TASK,), now)
