"""No write at a location where the actor's role does not hold, whichever way it came."""

from collections.abc import Iterator
from typing import Final

from clinic.db.access import places
from clinic.db.unit import Unit
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Refused
from clinic.domain.visits.changes import Answered, Book, Change, Move, Open, Turn
from clinic.domain.visits.waiting_changes import Listed

NO_RULE: Final = 0
"""The practice's rule list does not have it."""

_KEYS: Final = {
    "visit_id": "visit",
    "plan_id": "plan",
    "waiting_id": "waiting",
    "offer_id": "offer",
    "freed_id": "freed",
}
"""What a change names by key, by the attribute; what names none of these is about a patient alone."""


def stay_within(unit: Unit, change: Change, permission: str, actor: Actor) -> None:
    """Raise Refused(not_at_location) where the permission does not hold. No statement for whom nothing binds."""
    where = actor.where(permission)
    if where is not None and not where.issuperset(_places(unit, change)):
        raise Refused("not_at_location", rule=NO_RULE)


def _places(unit: Unit, change: Change) -> Iterator[int]:
    """Where it changes something."""
    if isinstance(change, Open):
        yield change.plan.location_id
    elif isinstance(change, Book | Move | Turn | Answered):
        yield change.visit.location_id
    elif isinstance(change, Listed):
        yield change.location_id
    else:
        keys = ((kind, getattr(change, name, None)) for name, kind in _KEYS.items())
        for kind, key in keys:
            if key is not None:
                yield places.at(unit.connection, kind, key)
