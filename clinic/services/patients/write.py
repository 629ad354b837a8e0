"""Taking a patient on, and changing his record."""

from dataclasses import fields
from datetime import datetime

from clinic.db.access import audit
from clinic.db.access.idempotency import Once
from clinic.db.patients import records, writes
from clinic.db.patients.find import Found, find
from clinic.db.practice.heading import today
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.ids import PublicId
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Person, check_born
from clinic.services.apply.opening import opening
from clinic.services.apply.owed import owe_anew


@retrying
def create(
    begin: Begin,
    person: Person,
    choices: Choices,
    *,
    another: bool = True,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> PublicId:
    """The new patient's public id; the same form again leads to the same patient. Raises Invalid for an impossible
    birth date; Invalid(patient_known), unless it is `another`, where somebody is called so or almost so and has it."""
    actor.require("patient.write")
    with opening(begin, [writes.ONE_AT_A_TIME], once=once, now=now) as opened:
        if opened.done is not None:
            return PublicId(opened.done)
        unit = opened.unit
        check_born(person, today=today(unit.connection, now))
        if not another and namesakes(unit, person, now=now):
            raise Invalid("patient_known", field="another")
        public_id = unit.public_id()
        (key,) = writes.add(unit.connection, [(public_id, person, choices)], now=now)
        entry = audit.Entry("patient.write", "created", "patient", key, patient_id=key)
        audit.append(unit.connection, [entry], actor=actor, now=now)
        opened.keep(public_id)
        return public_id


def namesakes(unit: Unit, person: Person, *, now: datetime) -> tuple[Found, ...]:
    """Who has that birth date and is called so, or almost so."""
    asked = f"{person.shown_name} {person.birth_on.isoformat()}"
    return find(unit.connection, asked, today=today(unit.connection, now))


@retrying
def edit(
    begin: Begin, public_id: str, person: Person, choices: Choices, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Change a record that was seen in version `seen`; letters and feeds that show something else follow.

    Identifiers stay as they are. Raises NotFound, Stale, Invalid for an impossible birth date.
    """
    actor.require("patient.write")
    with begin() as unit:
        check_born(person, today=today(unit.connection, now))
        known = records.record(unit.connection, public_id)
        unit.hold(records.resources(unit.connection, [known.id]))
        writes.change(unit.connection, known, person, choices, seen=seen)
        owe_anew(unit, known.id, now=now)
        changed = [
            each.name
            for before, after in ((known.person, person), (known.choices, choices))
            for each in fields(before)
            if each.name != "identifiers" and getattr(before, each.name) != getattr(after, each.name)
        ]
        entry = audit.Entry(
            "patient.write", "changed", "patient", known.id, patient_id=known.id, detail={"fields": changed}
        )
        audit.append(unit.connection, [entry], actor=actor, now=now)
