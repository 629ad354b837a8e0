"""How the outbox stands, for health, readiness and metrics."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from clinic.db.tables.messages import obligation, seal


class Outbox(NamedTuple):
    """`due` and not sent, the oldest of them due since, and given up (`dead`)."""

    due: int
    oldest_due_at: datetime | None
    dead: int


def outbox(connection: Connection, now: datetime) -> Outbox:
    """What should have left by now, whether or not it was sealed."""
    owed = select(func.count(), func.min(obligation.c.due_at)).where(
        obligation.c.state == "owed", obligation.c.due_at <= now
    )
    sealed = select(func.count(), func.min(seal.c.next_at)).where(
        seal.c.state.in_(["sealed", "leased", "unknown"]), seal.c.next_at <= now
    )
    dead = select(func.count()).where(seal.c.state == "dead")
    counts = [connection.execute(query).one() for query in (owed, sealed)]
    oldest = [at for _, at in counts if at is not None]
    return Outbox(sum(count for count, _ in counts), min(oldest, default=None), connection.execute(dead).scalar_one())
