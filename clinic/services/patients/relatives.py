"""Patients who belong together: said, changed and taken back; and who of them may read whose calendar."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.messages import feeds
from clinic.db.patients import records, relatives, writes
from clinic.db.patients.records import Record
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound
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
        known, found = _both(unit, public_id, other, seen)
        relatives.relate(unit.connection, Relation(known.id, found.id, back_to_back))
        detail = {"other": found.id, "back_to_back": back_to_back}
        entry = audit.Entry("patient.write", "patient.relative", "patient", known.id, known.id, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)


@retrying
def part(begin: Begin, public_id: str, other: str, *, seen: int, actor: Actor, now: datetime) -> None:
    """They are no relatives after all. Raises NotFound, Stale."""
    actor.require("patient.write")
    with begin() as unit:
        known, found = _both(unit, public_id, other, seen)
        relatives.part(unit.connection, known.id, found.id)
        detail = {"other": found.id, "removed": True}
        entry = audit.Entry("patient.write", "patient.relative", "patient", known.id, known.id, detail)
        shut = [*_shut(unit, known.id, found.id, now), *_shut(unit, found.id, known.id, now)]
        audit.append(unit.connection, [entry, *shut], actor=actor, now=now)


@retrying
def permit(begin: Begin, public_id: str, reader: str, *, allowed: bool, seen: int, actor: Actor, now: datetime) -> None:
    """Note that the patient permits this relative to read the calendar, or does so no longer: then the relative's
    calendars of it are shut from their next request on. Raises NotFound, Stale."""
    actor.require("patient.write")
    with begin() as unit:
        known, found = _both(unit, public_id, reader, seen)
        if not relatives.permit(unit.connection, known.id, found.id, allowed):
            raise NotFound("patient")
        detail = {"other": found.id, "reads_feed": allowed}
        entry = audit.Entry("patient.write", "patient.relative", "patient", known.id, known.id, detail)
        shut = [] if allowed else _shut(unit, known.id, found.id, now)
        audit.append(unit.connection, [entry, *shut], actor=actor, now=now)


@retrying
def entrust(begin: Begin, public_id: str, proxy: str, *, acts: bool, seen: int, actor: Actor, now: datetime) -> None:
    """Note that this relative may act for the patient and sign for him, or may do so no longer: what was signed until
    then stands. Raises NotFound, Stale."""
    actor.require("patient.write")
    with begin() as unit:
        known, found = _both(unit, public_id, proxy, seen)
        if not relatives.entrust(unit.connection, known.id, found.id, acts):
            raise NotFound("patient")
        detail = {"other": found.id, "acts": acts}
        entry = audit.Entry("patient.write", "patient.proxy", "patient", known.id, known.id, detail)
        audit.append(unit.connection, [entry], actor=actor, now=now)


def _both(unit: Unit, public_id: str, other: str, seen: int) -> tuple[Record, Record]:
    """Both records, held, the first one as it was seen. Raises NotFound, Stale."""
    known, found = (records.record(unit.connection, each) for each in (public_id, other))
    unit.hold(records.resources(unit.connection, [known.id, found.id]))
    writes.touch(unit.connection, known.id, seen=seen)
    return known, found


def _shut(unit: Unit, patient_id: int, reader_id: int, now: datetime) -> list[audit.Entry]:
    shut = feeds.revoke_of_relative(unit.connection, patient_id, reader_id, now)
    return [audit.Entry("patient.write", "feed.revoked", "feed", each.id, each.patient_id) for each in shut]
