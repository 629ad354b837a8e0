"""Taking over patients from a file: who would be new or changed, or the change. No practice is needed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from clinic.db.access import audit
from clinic.db.patients import records, writes
from clinic.db.practice.heading import today
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.importing import Arrival, Sorted, sort_out
from clinic.domain.patients.person import Person
from clinic.domain.practice.importing import Refusal, Report
from clinic.services.apply.owed import owe_anew


@retrying
def import_patients(
    begin: Begin,
    arrivals: Sequence[Arrival],
    refused: Sequence[Refusal] = (),
    *,
    write: bool,
    actor: Actor,
    now: datetime,
) -> Report:
    """Compare, and write when told to: everybody who is not refused, or nobody. `refused` are lines nobody could read.

    `stranded` are the visits ahead of those who turn out to have died.
    """
    actor.require("patient.write")
    with begin(hold=[writes.ONE_AT_A_TIME]) as unit:
        names = {name for arrival in arrivals for name in arrival.person.identifiers}
        owners = records.owners(unit.connection, names)
        known = records.persons(unit.connection, set(owners.values()))
        found = sort_out(arrivals, owners, known, today=today(unit.connection, now))
        died = [key for key, anew in found.changed if anew.deceased and not known[key].deceased]
        lost = records.ahead(unit.connection, died, now=now)
        if write:
            unit.hold(records.resources(unit.connection, died))
            _write(unit, found, known, actor=actor, now=now)
    everybody = sorted([*refused, *found.refused], key=lambda refusal: refusal.line)
    return Report(len(found.new), len(found.changed), found.unchanged, tuple(everybody), lost)


def _write(unit: Unit, found: Sorted, known: Mapping[int, Person], *, actor: Actor, now: datetime) -> None:
    people = [(unit.public_id(), person, Choices()) for person in found.new]
    entries = [
        audit.Entry("patient.write", "imported", "patient", key, patient_id=key)
        for key in writes.add(unit.connection, people, now=now)
    ]
    for key, anew in found.changed:
        writes.tell(unit.connection, known[key], key, anew)
        owe_anew(unit, key, now=now)
        entries.append(audit.Entry("patient.write", "imported again", "patient", key, patient_id=key))
    audit.append(unit.connection, entries, actor=actor, now=now)
