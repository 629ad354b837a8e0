"""A visit that somebody decides about: held first, then read as he saw it."""

from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.visits.visit import Visit
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen


def hold_visit(unit: Unit, public_id: str) -> None:
    """Hold its patient and all that it takes. Raises NotFound."""
    found = loads.visit(unit.connection, public_id)
    hold(unit, found.patient_id, [found])


def seen_visit(unit: Unit, public_id: str, version: int) -> Visit:
    """The visit as the actor saw it. Raises NotFound, Stale."""
    return as_seen("visit", loads.visit(unit.connection, public_id), version)
