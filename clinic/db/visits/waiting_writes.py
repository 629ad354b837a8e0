"""Writing the wait list, times that became free and their offers. Only `services.apply` comes here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from clinic.db.tables.waiting import freed, freed_offer, waiting
from clinic.db.targets import targets_to
from clinic.db.visits.waiting import suits_row
from clinic.domain.errors import Stale
from clinic.domain.visits.freeing import Free
from clinic.domain.visits.waiting import Outcome, State, Suits, Way
from clinic.domain.visits.waiting_changes import Called, Invited, Listed


def add(connection: Connection, new: Listed, *, by: str, now: datetime) -> int:
    """List a patient; the key of the entry."""
    row = {
        "public_id": new.public_id,
        "patient_id": new.patient_id,
        "location_id": new.location_id,
        "appointment_id": new.visit_id,
        "single": new.single,
        "targets": targets_to(new.targets),
        **suits_row(new.suits),
        "since": now,
        "listed_by": by,
    }
    return int(connection.execute(insert(waiting).returning(waiting.c.id), row).scalar_one())


def change(connection: Connection, id_: int, seen: int, suits: Suits) -> None:
    """What suits is another now. Raises Stale."""
    _revise(connection, waiting, "waiting", id_, seen, suits_row(suits))


def end(connection: Connection, id_: int, seen: int, state: State, now: datetime) -> None:
    """The entry waits no longer. Raises Stale."""
    _revise(connection, waiting, "waiting", id_, seen, {"state": state.value, "ended_at": now})


def free(connection: Connection, found: Iterable[tuple[str, Free]], now: datetime) -> None:
    """Keep times that became free, each with its public id; open ones of the same therapist that they overlap are
    theirs now."""
    for public_id, each in found:
        overlapped = (freed.c.staff_id == each.staff_id, freed.c.state == "open")
        within = (freed.c.starts_tick < each.ends, freed.c.ends_tick > each.starts)
        connection.execute(update(freed).where(*overlapped, *within).values(state="closed"))
        row = {"public_id": public_id, "location_id": each.location_id, "staff_id": each.staff_id}
        row |= {"starts_tick": each.starts, "ends_tick": each.ends, "freed_at": now}
        connection.execute(insert(freed).values(row))


def hold(connection: Connection, id_: int, seen: int, held_id: int, until: datetime) -> None:
    """The time is on offer, kept by that visit. Raises Stale."""
    _revise(connection, freed, "freed", id_, seen, {"state": "offered", "held_id": held_id, "hold_until": until})


def close(connection: Connection, id_: int, seen: int, state: str) -> None:
    """The time is on offer no longer. Raises Stale."""
    _revise(connection, freed, "freed", id_, seen, {"state": state, "held_id": None, "hold_until": None})


def offer(connection: Connection, freed_id: int, invited: Invited, until: datetime, *, by: str, now: datetime) -> int:
    """Offer a time to one patient by mail; the key of the offer."""
    row = _invited(freed_id, invited) | {"way": Way.MAIL.value, "outcome": Outcome.OPEN.value}
    row |= {"offered_at": now, "offered_by": by, "expires_at": until}
    return int(connection.execute(insert(freed_offer).returning(freed_offer.c.id), row).scalar_one())


def call(connection: Connection, change: Called, *, by: str, now: datetime) -> int:
    """Keep what came of a call; the key of the offer."""
    row = _invited(change.freed_id, change.invited) | {"way": Way.CALL.value, "outcome": change.outcome.value}
    row |= {"note": change.note, "offered_at": now, "offered_by": by, "settled_at": now, "settled_by": by}
    return int(connection.execute(insert(freed_offer).returning(freed_offer.c.id), row).scalar_one())


def _invited(freed_id: int, invited: Invited) -> dict[str, Any]:
    return {
        "public_id": invited.public_id,
        "freed_id": freed_id,
        "waiting_id": invited.waiting_id,
        "patient_id": invited.patient_id,
        "starts_tick": invited.starts,
        "ends_tick": invited.ends,
    }


def reply(connection: Connection, id_: int, seen: int, outcome: Outcome, *, by: str, now: datetime) -> None:
    """What came of an offer. Raises Stale."""
    values = {"outcome": outcome.value, "settled_at": now, "settled_by": by}
    _revise(connection, freed_offer, "offer", id_, seen, values)


def _revise(connection: Connection, table: Table, what: str, id_: int, seen: int, values: Mapping[str, Any]) -> None:
    own = update(table).where(table.c.id == id_, table.c.version == seen)
    if connection.execute(own.values(version=seen + 1, **values)).rowcount != 1:
        current = connection.execute(select(table.c.version).where(table.c.id == id_)).scalar_one()
        raise Stale(what, seen=seen, current=current)
