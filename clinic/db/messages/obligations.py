"""What is owed to people outside, written in the commit of what it tells."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from clinic.db.tables.messages import feed, obligation, seal, visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.db.types import stored
from clinic.domain.messages.reach import Reach, reach
from clinic.domain.visits.visit import SHOWN

LONGEST_HOLD = timedelta(minutes=15)
"""However often a visit changes, its letter waits no longer than this after the first change."""

UNSETTLED = ("leased", "unknown")
"""On its way or perhaps arrived: whatever comes after such a seal has to wait."""
ARRIVED: ColumnElement[bool] = or_(
    seal.c.state.in_(["sealed", "sent", *UNSETTLED]), and_(seal.c.state == "dead", seal.c.reached_data)
)
"""The seals of which a copy may reach its reader, or has."""


def reached(connection: Connection, patient_id: int, *, keep: bool = False) -> Reach:
    """Where what is written to the patient goes now. With `keep` nobody else owes the patient letters until the end of
    the transaction: two changes at once are one letter."""
    columns = (patient.c.channel, patient.c.invites, patient.c.email, patient.c.email_state, patient.c.phone)
    query = select(*columns).where(patient.c.id == patient_id)
    row = connection.execute(query.with_for_update(key_share=True) if keep else query).one()
    return reach(row.channel, row.invites, email=row.email, email_state=row.email_state, phone=row.phone)


def address(connection: Connection, patient_id: int) -> str | None:
    """Where the patient's invites go; None without a good address, or where the patient wants none."""
    found = reached(connection, patient_id)
    return found.recipient if found.invites else None


def told(connection: Connection, uids: Collection[str]) -> dict[str, set[str]]:
    """For each UID the addresses that may have a letter about it, the last of which was no cancellation."""
    found: dict[str, set[str]] = {uid: set() for uid in uids}
    query = select(seal.c.uid, seal.c.recipient, seal.c.method).where(seal.c.uid.in_(uids), ARRIVED)
    for uid, recipient, method in connection.execute(query.order_by(seal.c.id)):
        (found[uid].discard if method == "CANCEL" else found[uid].add)(recipient)
    return found


class Owed(NamedTuple):
    """A letter that is owed."""

    id: int
    uid: str
    recipient: str
    kind: str
    patient_id: int
    appointment_id: int | None
    first_at: datetime
    detail: Mapping[str, Any]


def waiting(connection: Connection, patients: Collection[int]) -> tuple[Owed, ...]:
    """What these patients are owed about changes of their visits, oldest first."""
    query = select(*(obligation.c[name] for name in Owed._fields)).where(
        obligation.c.patient_id.in_(sorted(patients)),
        obligation.c.state == "owed",
        obligation.c.kind.in_(["visit", "summary"]),
    )
    return tuple(Owed(*row) for row in connection.execute(query.order_by(obligation.c.id)))


def owe(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    known: Collection[Owed],
    *,
    now: datetime,
    due_at: datetime,
) -> None:
    """Owe each (uid, recipient) of the rows a letter at `due_at`; where one of `known` is owed already it waits with
    this change, and keeps the row's detail.

    A row has uid, recipient, kind, patient_id, appointment_id, detail and a public_id to be used if it is new.
    """
    found = {(each.uid, each.recipient): each for each in known}
    new = []
    for row in rows:
        owed = found.get((row["uid"], row["recipient"]))
        if owed is None or not _wait(connection, owed, row["detail"], min(due_at, owed.first_at + LONGEST_HOLD)):
            new.append({**row, "state": "owed", "first_at": now, "due_at": due_at})
    if new:
        connection.execute(insert(obligation), new)


def _wait(connection: Connection, owed: Owed, detail: Mapping[str, Any], due_at: datetime) -> bool:
    """Let what is owed wait until then; False when it was sealed a moment ago and says nothing of this change."""
    still = update(obligation).where(obligation.c.id == owed.id, obligation.c.state == "owed")
    values = {"due_at": due_at} if owed.detail == detail else {"due_at": due_at, "detail": detail}
    return connection.execute(still.values(values)).rowcount == 1


class Ahead(NamedTuple):
    """A visit to come; ticks."""

    id: int
    uid: str
    location_id: int
    starts: int
    ends: int
    tz: str


def ahead(connection: Connection, patient_id: int, tick: int) -> tuple[Ahead, ...]:
    """The visits that the patient knows of and that end after the tick, by start."""
    starts, ends = appointment.c.starts_tick, appointment.c.ends_tick
    query = (
        select(appointment.c.id, appointment.c.uid, appointment.c.location_id, starts, ends, appointment.c.tz)
        .where(
            appointment.c.patient_id == patient_id,
            ends > tick,
            appointment.c.status.in_(stored(SHOWN)),
        )
        .order_by(starts, appointment.c.id)
    )
    return tuple(Ahead(*row) for row in connection.execute(query))


def revoke_links(connection: Connection, appointments: Collection[int], now: datetime) -> None:
    """The links in the letters about these visits open nothing any more."""
    connection.execute(
        update(visit_link)
        .where(visit_link.c.appointment_id.in_(appointments), visit_link.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def raise_feeds(
    connection: Connection,
    *,
    patients: Collection[int],
    staff: Collection[int] = (),
    rooms: Collection[int] = (),
    locations: Collection[int] = (),
    readers: Collection[int] = (),
) -> None:
    """The feeds of these people and places show something else now, and those of others that `readers` read."""
    connection.execute(
        update(feed)
        .where(
            feed.c.revoked_at.is_(None),
            or_(
                feed.c.patient_id.in_(patients),
                feed.c.staff_id.in_(staff),
                feed.c.room_id.in_(rooms),
                feed.c.location_id.in_(locations),
                feed.c.relative_id.in_(readers),
            ),
        )
        .values(revision=feed.c.revision + 1)
    )


def awaited(connection: Connection, tick: int, *, after: int, most: int) -> tuple[int, ...]:
    """The next patients, by key beyond `after`, who know of a visit that ends after the tick."""
    query = (
        select(appointment.c.patient_id)
        .where(
            appointment.c.patient_id > after,
            appointment.c.ends_tick > tick,
            appointment.c.status.in_(stored(SHOWN)),
        )
        .distinct()
        .order_by(appointment.c.patient_id)
        .limit(most)
    )
    return tuple(connection.execute(query).scalars())
