"""Writing the wait list: entries, times that became free, offers, and what is owed to whom they go; each change with
its entry in the audit trail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from clinic.db.access.audit import Entry
from clinic.db.messages import jobs, offers
from clinic.db.unit import Unit
from clinic.db.visits import waiting_writes as writes
from clinic.domain.access.actors import Actor
from clinic.domain.time import tick_floor
from clinic.domain.visits.changes import Change
from clinic.domain.visits.freeing import freed_by
from clinic.domain.visits.waiting import Outcome
from clinic.domain.visits.waiting_changes import (
    Called,
    Closed,
    Listed,
    Offered,
    Relisted,
    Replied,
    Unlisted,
    Waited,
)

FREED: Final = "freed"
"""The job that ends an offer of a time that nobody took."""


def write(unit: Unit, change: Waited, *, actor: Actor, now: datetime) -> Entry:
    """Write one change. Raises Stale."""
    connection, by = unit.connection, actor.name
    match change:
        case Listed():
            id_ = writes.add(connection, change, by=by, now=now)
            return _entry(change, "waiting.list", "waiting", id_, urgency=change.suits.urgency.value)
        case Relisted():
            writes.change(connection, change.waiting_id, change.seen, change.suits)
            return _entry(change, "waiting.change", "waiting", change.waiting_id, version=change.seen + 1)
        case Unlisted():
            writes.end(connection, change.waiting_id, change.seen, change.state, now)
            return _entry(change, "waiting.end", "waiting", change.waiting_id, state=change.state.value)
        case Offered():
            return _offer(unit, change, actor=actor, now=now)
        case Called():
            id_ = writes.call(connection, change, by=by, now=now)
            return _entry(change, "freed.call", "offer", id_, outcome=change.outcome.value)
        case Replied():
            writes.reply(connection, change.offer_id, change.seen, change.outcome, by=by, now=now)
            if change.outcome is Outcome.TAKEN:
                _owe(unit, change.patient_id, change.offer_id, change.offer, now)
            return _entry(change, "freed.reply", "offer", change.offer_id, outcome=change.outcome.value)
        case Closed():
            writes.close(connection, change.freed_id, change.seen, "open" if change.again else "closed")
            return _entry(change, "freed.close", "freed", change.freed_id, again=change.again)


def _offer(unit: Unit, change: Offered, *, actor: Actor, now: datetime) -> Entry:
    writes.hold(unit.connection, change.freed_id, change.seen, change.held_id, change.until)
    for each in change.invited:
        kept = (change.freed_id, each, change.until)
        id_ = writes.offer(unit.connection, *kept, by=actor.name, now=now)
        _owe(unit, each.patient_id, id_, each.public_id, now)
    key = f"{FREED}:{change.freed}:{change.seen}"
    jobs.put(unit.connection, FREED, key, change.until, {"freed": change.freed, "held": change.held_id})
    return _entry(change, "freed.offer", "freed", change.freed_id, held=change.held_id, offers=len(change.invited))


def _owe(unit: Unit, patient_id: int, offer_id: int, offer: str, now: datetime) -> None:
    offers.owe(unit.connection, patient_id, offer_id, offer, public_id=unit.public_id(), now=now)


def _entry(change: Waited, act: str, kind: str, id_: int, **detail: object) -> Entry:
    return Entry(change.permission, act, kind, id_, change.patient_id, detail)


def keep_freed(unit: Unit, changes: Iterable[Change], now: datetime) -> None:
    """Keep the times that the changes gave back, for whom they may suit."""
    found = list(freed_by(changes, tick_floor(now) + 1))
    if found:
        writes.free(unit.connection, [(unit.public_id(), each) for each in found], now)
