"""Taking over patients from a list: looked at first, then written in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from clinic.db.access import audit
from clinic.db.patients import namesakes, records, writes
from clinic.db.practice.heading import today
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.importing import Arrival
from clinic.domain.patients.taking import Judgement, judge

PERMISSION = "patient.write"


def look(read: Read, arrivals: Sequence[Arrival], *, actor: Actor, now: datetime) -> Judgement:
    """Who would be taken on, who is here already, who may be; nothing is written."""
    actor.require(PERMISSION)
    with read() as unit:
        return _judged(unit, arrivals, now=now)


@retrying
def take_over(
    begin: Begin, arrivals: Sequence[Arrival], others: Sequence[int], import_id: str, *, actor: Actor, now: datetime
) -> int:
    """Take on everybody who is new, and of the namesakes those on the lines `others`; how many that were.

    Sent twice it takes on nobody twice: whoever was taken on is known by his identifier. `import_id` goes into the
    trail.
    """
    actor.require(PERMISSION)
    with begin(hold=[writes.ONE_AT_A_TIME]) as unit:
        taken = _judged(unit, arrivals, now=now).taken(others)
        people = [(unit.public_id(), each.arrival.person, Choices()) for each in taken]
        entries = [
            audit.Entry(PERMISSION, "imported", "patient", key, patient_id=key, detail={"import": import_id})
            for key in (writes.add(unit.connection, people, now=now) if people else ())
        ]
        audit.append(unit.connection, entries, actor=actor, now=now)
    return len(people)


def _judged(unit: Unit, arrivals: Sequence[Arrival], *, now: datetime) -> Judgement:
    names = {name for arrival in arrivals for name in arrival.person.identifiers}
    owners = records.owners(unit.connection, names)
    here = namesakes.born(unit.connection, {arrival.person.birth_on for arrival in arrivals})
    return judge(arrivals, owners, here, today=today(unit.connection, now))
