"""Sealed letters on their way out: leased, then settled by who holds the lease."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, or_, select, update

from clinic.db.messages import tasks
from clinic.db.messages.seals import OPEN, PAUSED
from clinic.db.messages.undelivered import key_of
from clinic.db.tables.messages import obligation, seal
from clinic.db.tables.patients import patient

RESENT = (OPEN, "unknown")
"""The states that are tried (again) when their time has come."""

_EARLIER = seal.alias()
BEHIND = exists(
    select(_EARLIER.c.id).where(
        _EARLIER.c.uid == seal.c.uid,
        _EARLIER.c.recipient == seal.c.recipient,
        _EARLIER.c.id < seal.c.id,
        _EARLIER.c.state.in_([*RESENT, "leased"]),
    )
)
"""Whether an earlier letter about the same to the same reader is still to leave."""


class Leased(NamedTuple):
    """A letter and who may settle it. `reached_data`: a copy may exist already."""

    id: int
    obligation_id: int
    sender: str
    recipient: str
    payload: bytes
    tries: int
    stamped_at: datetime
    reached_data: bool
    lease_by: str


def lease(connection: Connection, *, by: str, now: datetime, until: datetime) -> Leased | None:
    """The letter that has waited longest, for `by` alone until then; None when none is due or the outbox is paused.

    A lease that ran out is taken over: its holder may have died after handing the letter over. No letter leaves before
    an earlier one about the same to the same reader, however long that one has to wait.
    """
    due = or_(
        and_(seal.c.state.in_(RESENT), seal.c.next_at <= now), and_(seal.c.state == "leased", seal.c.lease_until <= now)
    )
    first = select(seal.c.id).where(due, ~BEHIND, ~PAUSED).order_by(seal.c.next_at, seal.c.id).limit(1)
    statement = (
        update(seal)
        .where(seal.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state="leased",
            lease_by=by,
            lease_until=until,
            reached_data=or_(seal.c.reached_data, seal.c.state == "leased"),
        )
        .returning(*(seal.c[name] for name in Leased._fields))
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Leased(*row)


def finish(connection: Connection, leased: Leased, **values: object) -> bool:
    """Settle a letter; False, and nothing written, when the lease was lost to somebody else."""
    changed = connection.execute(
        update(seal)
        .where(seal.c.id == leased.id, seal.c.state == "leased", seal.c.lease_by == leased.lease_by)
        .values(lease_by=None, lease_until=None, **values)
    )
    return changed.rowcount == 1


def pause(connection: Connection, until: datetime) -> None:
    """Nothing leaves before then."""
    connection.execute(update(seal).where(seal.c.state.in_(RESENT), seal.c.next_at < until).values(next_at=until))


def give_up(connection: Connection, leased: Leased, kind: str, *, public_id: str, now: datetime) -> int:
    """A task for the front desk about a letter that will not arrive; the patient's key."""
    query = select(obligation.c.patient_id, obligation.c.appointment_id).where(obligation.c.id == leased.obligation_id)
    row = connection.execute(query).one()
    about = {"patient_id": row.patient_id, "appointment_id": row.appointment_id, "detail": {"seal": leased.id}}
    tasks.put(connection, kind, key_of(leased.id, leased.tries + 1), **about, public_id=public_id, now=now)
    return int(row.patient_id)


def mark_address_bad(connection: Connection, patient_id: int, address: str) -> bool:
    """Nobody is there; False when the patient has another address by now."""
    changed = connection.execute(
        update(patient).where(patient.c.id == patient_id, patient.c.email == address).values(email_state="bad")
    )
    return changed.rowcount == 1
