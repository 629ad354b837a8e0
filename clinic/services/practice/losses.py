"""Entering that somebody is away, or that a room or a location is closed, as it happens.

The visits that it strands stay booked until somebody repairs them.
"""

from datetime import date, datetime

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.practice import losses
from clinic.db.unit import Unit
from clinic.domain.access.actors import Actor
from clinic.domain.practice.people import Absence
from clinic.domain.practice.places import Closure

PERMISSION = "repair.run"


def be_away(unit: Unit, staff_id: int, told: Absence, *, actor: Actor, now: datetime) -> None:
    """Keep an absence, as far as he is not away already. The caller holds his resources."""
    actor.require(PERMISSION)
    at, missing = told.starts_at, []
    for begins, ends in losses.absences(unit.connection, staff_id, told.starts_at, told.ends_at):
        if at < begins:
            missing.append((at, begins))
        at = max(at, ends)
    if at < told.ends_at:
        missing.append((at, told.ends_at))
    losses.be_away(unit.connection, staff_id, told.kind, missing, [unit.public_id() for _ in missing])
    if missing:
        detail = {"starts": told.starts_at.isoformat(), "ends": told.ends_at.isoformat(), "kind": told.kind}
        entry = Entry(PERMISSION, "staff.away", "staff", staff_id, None, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)


def close(unit: Unit, location_id: int, room_id: int | None, told: Closure, *, actor: Actor, now: datetime) -> None:
    """Keep a closure of a location, or of one of its rooms. The caller holds the resources of the rooms."""
    actor.require(PERMISSION)
    days: tuple[date, date] = (told.first_on, told.last_on)
    if losses.close(unit.connection, location_id, room_id, days, told.name):
        kind, key = ("location", location_id) if room_id is None else ("room", room_id)
        detail = {"first": told.first_on.isoformat(), "last": told.last_on.isoformat()}
        audit.append(
            unit.connection, [Entry(PERMISSION, f"{kind}.closed", kind, key, None, detail)], actor=actor, now=now
        )
