"""What is owed to people outside, written in the commit of what it tells."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from clinic.db.tables.messages import feed, obligation, seal, visit_link
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.domain.visits.visit import SHOWN

LONGEST_HOLD = timedelta(minutes=15)
"""However often a visit changes, its letter waits no longer than this after the first change."""

UNSETTLED = ("leased", "unknown")
"""On its way or perhaps arrived: whatever comes after such a seal has to wait."""
ARRIVED: ColumnElement[bool] = or_(
    seal.c.state.in_(["sealed", "sent", *UNSETTLED]), and_(seal.c.state == "dead", seal.c.reached_data)
)
"""The seals of which a copy may reach its reader, or has."""


def address(connection: Connection, patient_id: int) -> str | None:
    """Where the patient's invites go; None without a good address, or where the patient wants none."""
    row = connection.execute(
        select(patient.c.email, patient.c.email_state, patient.c.invites).where(patient.c.id == patient_id)
    ).one()
    return row.email if row.invites == "invites" and row.email_state != "bad" else None


def told(connection: Connection, uids: Collection[str]) -> dict[str, set[str]]:
    """For each UID the addresses that may have a letter about it, the last of which was no cancellation."""
    found: dict[str, set[str]] = {uid: set() for uid in uids}
    query = select(seal.c.uid, seal.c.recipient, seal.c.method).where(seal.c.uid.in_(uids), ARRIVED)
    for uid, recipient, method in connection.execute(query.order_by(seal.c.id)):
        (found[uid].discard if method == "CANCEL" else found[uid].add)(recipient)
    return found


def owe(connection: Connection, rows: Sequence[Mapping[str, Any]], *, now: datetime, due_at: datetime) -> None:
    """Owe each (uid, recipient) of the rows a letter at `due_at`; where one is owed already it waits with this change.

    A row has uid, recipient, kind, patient_id, appointment_id, detail and a public_id to be used if it is new.
    """
    waiting = {
        (uid, recipient): (id_, first_at)
        for id_, uid, recipient, first_at in connection.execute(
            select(obligation.c.id, obligation.c.uid, obligation.c.recipient, obligation.c.first_at).where(
                obligation.c.uid.in_([row["uid"] for row in rows]), obligation.c.state == "owed"
            )
        )
    }
    new = []
    for row in rows:
        known = waiting.get((row["uid"], row["recipient"]))
        if known is None or not _wait(connection, known[0], min(due_at, known[1] + LONGEST_HOLD)):
            new.append({**row, "state": "owed", "first_at": now, "due_at": due_at})
    if new:
        connection.execute(insert(obligation), new)


def _wait(connection: Connection, obligation_id: int, due_at: datetime) -> bool:
    """Let what is owed wait until then; False when it was sealed a moment ago and says nothing of this change."""
    owed = update(obligation).where(obligation.c.id == obligation_id, obligation.c.state == "owed")
    return connection.execute(owed.values(due_at=due_at)).rowcount == 1


def ahead(connection: Connection, patient_id: int, tick: int) -> list[tuple[int, str]]:
    """(key, UID) of the visits that the patient knows of and that end after the tick, by start."""
    query = (
        select(appointment.c.id, appointment.c.uid)
        .where(
            appointment.c.patient_id == patient_id,
            appointment.c.ends_tick > tick,
            appointment.c.status.in_(sorted(status.value for status in SHOWN)),
        )
        .order_by(appointment.c.starts_tick, appointment.c.id)
    )
    return [(row.id, row.uid) for row in connection.execute(query)]


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
) -> None:
    """The feeds of these people and places show something else now."""
    connection.execute(
        update(feed)
        .where(
            feed.c.revoked_at.is_(None),
            or_(
                feed.c.patient_id.in_(patients),
                feed.c.staff_id.in_(staff),
                feed.c.room_id.in_(rooms),
                feed.c.location_id.in_(locations),
            ),
        )
        .values(revision=feed.c.revision + 1)
    )
