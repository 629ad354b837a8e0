"""How the outbox stands, for health, readiness and metrics."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, or_, select

from clinic.db.messages.obligations import LONGEST_HOLD, UNSETTLED
from clinic.db.messages.seals import OPEN
from clinic.db.messages.undelivered import DEAD
from clinic.db.tables.messages import obligation, seal


class Outbox(NamedTuple):
    """`due` and not sent, the oldest of them due since, and given up (`dead`) with nobody having settled it yet."""

    due: int
    oldest_due_at: datetime | None
    dead: int


def outbox(connection: Connection, now: datetime) -> Outbox:
    """What should have left by now, whether or not it was sealed: also what was put off because it cannot be written,
    and what the mail server never took a look at."""
    put_off = obligation.c.first_at <= now - LONGEST_HOLD
    owed = select(func.count(), func.min(case((put_off, obligation.c.first_at), else_=obligation.c.due_at))).where(
        obligation.c.state == "owed", or_(obligation.c.due_at <= now, put_off)
    )
    untried = seal.c.tries == 0
    sealed = select(func.count(), func.min(case((untried, seal.c.stamped_at), else_=seal.c.next_at))).where(
        seal.c.state.in_([OPEN, *UNSETTLED]), or_(seal.c.next_at <= now, untried)
    )
    dead = select(func.count()).select_from(seal).where(DEAD)
    counts = [connection.execute(query).one() for query in (owed, sealed)]
    oldest = [at for _, at in counts if at is not None]
    return Outbox(sum(count for count, _ in counts), min(oldest, default=None), connection.execute(dead).scalar_one())
