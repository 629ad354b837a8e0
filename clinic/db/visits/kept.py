"""Times that are kept for a form, and whether they lapsed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from clinic.db.tables.messages import job
from clinic.db.tables.visits import appointment

JOB: Final = "keep"
"""The job that gives the time back when it is due; `keep:` and the visit's public id is its key."""


def lapsed(connection: Connection, now: datetime) -> Sequence[int]:
    """The keys of the visits that keep a time although that is over, by key: nobody wrote it down yet."""
    query = (
        select(appointment.c.id)
        .join(job, appointment.c.public_id == func.substr(job.c.key, len(JOB) + 2))
        .where(
            job.c.done_at.is_(None),
            job.c.due_at <= now,
            job.c.kind == JOB,
            job.c.cancelled.is_(False),
            appointment.c.status == "held",
        )
        .order_by(appointment.c.id)
    )
    return connection.execute(query).scalars().all()
