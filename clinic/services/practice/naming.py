"""The practice under another name, a location with another address or phone: everybody who sees it is told."""

from dataclasses import replace
from datetime import datetime

from clinic.db.access import audit
from clinic.db.practice import resources
from clinic.db.practice.stored import Stored, stored
from clinic.db.practice.writes import PRACTICE_ID, save
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound
from clinic.domain.practice.merging import changes
from clinic.domain.practice.practice import Practice
from clinic.services.apply.owed import owe_everybody
from clinic.services.practice.import_practice import moved


@retrying
def rename(
    begin: Begin, *, name: str | None = None, neutral_name: str | None = None, actor: Actor, now: datetime
) -> bool:
    """Call the practice so; what is None stays. False when it is called so already. Raises NotFound before a practice
    is set up, Invalid."""
    actor.require("practice.write")
    with begin() as unit:
        known = _held(unit)
        profile = known.practice.profile
        if profile is None:
            raise NotFound("practice")
        called = replace(profile, name=name or profile.name, neutral_name=neutral_name or profile.neutral_name)
        return _keep(unit, known, replace(known.practice, profile=called), actor=actor, now=now)


@retrying
def relocate(
    begin: Begin, code: str, *, address: str | None = None, phone: str | None = None, actor: Actor, now: datetime
) -> bool:
    """Give a location another address or phone; what is None stays. False when that is what it has. Raises NotFound,
    Invalid."""
    actor.require("practice.write")
    with begin() as unit:
        known = _held(unit)
        if all(each.code != code for each in known.practice.locations):
            raise NotFound("location")
        sites = tuple(
            replace(each, address=address or each.address, phone=phone or each.phone) if each.code == code else each
            for each in known.practice.locations
        )
        return _keep(unit, known, replace(known.practice, locations=sites), actor=actor, now=now)


def _held(unit: Unit) -> Stored:
    unit.hold(resources.of_practice(unit.connection))
    return stored(unit.connection)


def _keep(unit: Unit, known: Stored, anew: Practice, *, actor: Actor, now: datetime) -> bool:
    found = changes(known.practice, anew)
    if not found:
        return False
    keys = {**save(unit.connection, known, anew, found, mint=unit.public_id, now=now), ("practice", ""): PRACTICE_ID}
    entries = [audit.Entry("practice.write", "changed", each.kind, keys[each.kind, each.code]) for each in found]
    audit.append(unit.connection, entries, actor=actor, now=now)
    owe_everybody(unit, moved(known, anew), key=unit.public_id(), now=now)
    return True
