"""Patients who belong together: said, changed and taken back."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.patients import records, relatives, writes
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.patients.relatives import Relation


@retrying
def relate(
    begin: Begin, public_id: str, other: str, *, back_to_back: bool, seen: int, actor: Actor, now: datetime
) -> None:
    """The patient of public id `other` is a relative; the record was seen in version `seen`.

    Raises NotFound, Stale, Invalid for himself.
    """
    actor.require("patient.write")
    with begin() as unit:
        known, found = (records.record(unit.connection, each) for each in (public_id, other))
        relation = Relation(known.id, found.id, back_to_back)
        unit.hold(records.resources(unit.connection, [known.id, found.id]))
        writes.touch(unit.connection, known.id, seen=seen)
        relatives.relate(unit.connection, relation)
        detail = {"other": found.id, "back_to_back": back_to_back}
        entry = audit.Entry("patient.write", "patient.relative", "patient", known.id, known.id, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)


@retrying
def part(begin: Begin, public_id: str, other: str, *, seen: int, actor: Actor, now: datetime) -> None:
    """They are no relatives after all. Raises NotFound, Stale."""
    actor.require("patient.write")
    with begin() as unit:
        known, found = (records.record(unit.connection, each) for each in (public_id, other))
        unit.hold(records.resources(unit.connection, [known.id, found.id]))
        writes.touch(unit.connection, known.id, seen=seen)
        relatives.part(unit.connection, known.id, found.id)
        detail = {"other": found.id, "removed": True}
        entry = audit.Entry("patient.write", "patient.relative", "patient", known.id, known.id, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)
