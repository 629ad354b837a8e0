"""Times that are kept for a form, and whether they lapsed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, text

from clinic.db.types import Instant

JOB: Final = "keep"
"""The job that gives the time back when it is due; `keep:` and the visit's public id is its key."""

LAPSED: Final = """SELECT appointment.id FROM job
    JOIN appointment ON appointment.public_id = substr(job.key, 1 + length('keep:'))
    WHERE job.done_at IS NULL AND job.due_at <= :now AND job.kind = 'keep' AND NOT job.cancelled
    AND appointment.status = 'held'"""
"""The keys of the visits that keep a time although that was over by `now`: nobody wrote it down yet."""


def lapsed(connection: Connection, now: datetime) -> Sequence[int]:
    """The keys of those visits, in order."""
    return connection.execute(text(f"{LAPSED} ORDER BY 1").bindparams(bindparam("now", now, Instant()))).scalars().all()
