"""When a patient can come."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.patients import records, times, writes
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.patients.preferences import Availability


@retrying
def set_times(
    begin: Begin, public_id: str, availability: Availability, *, seen: int | None = None, actor: Actor, now: datetime
) -> None:
    """These weekly hours and days away, and no others; visits that are booked stay.

    `seen` is the version of the record that a form was filled in for. Raises NotFound, Stale.
    """
    actor.require("patient.write")
    with begin() as unit:
        known = records.record(unit.connection, public_id)
        unit.hold(records.resources(unit.connection, [known.id]))
        writes.touch(unit.connection, known.id, seen=known.version if seen is None else seen)
        times.replace(unit.connection, known.id, availability)
        entry = audit.Entry("patient.write", "times changed", "patient", known.id, patient_id=known.id)
        audit.append(unit.connection, [entry], actor=actor, now=now)
