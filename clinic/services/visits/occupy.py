"""Laying the busy times of a problem into a database, to measure planning from there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from clinic.db.patients import writes as patients
from clinic.db.practice import calendars, resources
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import occupied
from clinic.db.visits.occupied import Busy
from clinic.domain.access.actors import Actor
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person
from clinic.domain.visits.visit import MOST_TICKS

Ticks = tuple[int, int]
BORN = date(1970, 1, 1)


@retrying
def occupy(begin: Begin, location: str, busy: Mapping[str, Sequence[Ticks]], *, actor: Actor, now: datetime) -> None:
    """Take the time of staff and rooms there, by code, for one invented patient each. Raises NotFound."""
    actor.require("practice.write")
    with begin(hold=[patients.ONE_AT_A_TIME]) as unit:
        unit.hold(resources.of_practice(unit.connection))
        site = calendars.named(unit.connection, location, since=now)
        people = [(unit.public_id(), Person("Busy", code, BORN), Choices(invites="none")) for code in busy]
        keys = dict(zip(busy, patients.add(unit.connection, people, now=now), strict=True))
        rows = [row for code, spans in busy.items() for row in _rows(unit, keys[code], code, spans)]
        occupied.occupy(unit.connection, site.id, site.tz, rows, now=now)


def _rows(unit: Unit, patient_id: int, code: str, spans: Sequence[Ticks]) -> Iterator[Busy]:
    """A visit for each span, several where it is longer than a visit may be."""
    for starts, ends in spans:
        for begun in range(starts, ends, MOST_TICKS):
            yield Busy(unit.public_id(), unit.uid(), patient_id, code, begun, min(begun + MOST_TICKS, ends))
