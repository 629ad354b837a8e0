"""The one way in which a practice is written: everybody's time held, the trail kept, told to whom it is shown."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from clinic.db.access import audit
from clinic.db.messages import tasks
from clinic.db.practice import resources, standing
from clinic.db.practice.stored import Stored, stored
from clinic.db.practice.writes import PRACTICE_ID, save
from clinic.db.unit import Unit
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.terms import banned_terms
from clinic.domain.practice.merging import Change, changes
from clinic.domain.practice.practice import Practice
from clinic.domain.practice.presence import Standing, stranded
from clinic.services.apply.owed import owe_everybody

PERMISSION = "practice.write"
TASK: Final = "name_tells"


def hold(unit: Unit) -> None:
    """Everybody's time and every room's, so that no booking slips in between."""
    unit.hold(resources.of_practice(unit.connection))


def held(unit: Unit) -> Stored:
    """The practice as it stays until the end of the transaction."""
    hold(unit)
    return stored(unit.connection)


def differing(known: Practice, anew: Practice) -> tuple[Change, ...]:
    """What would be written. Raises Invalid(neutral_name_tells) for a new name in titles and subjects that says what is
    treated (rule 39)."""
    before, after = known.profile, anew.profile
    if after is not None and (before is None or before.neutral_name != after.neutral_name):
        told = banned_terms(after.neutral_name, Disclosure.TITLE)
        if told:
            raise Invalid("neutral_name_tells", field="neutral_name", term=told[0])
    return changes(known, anew)


def lost(unit: Unit, known: Practice, anew: Practice, *, now: datetime) -> tuple[Standing, ...]:
    """The visits ahead that could be given before and could not be afterwards, by their start."""
    visits = standing.ahead(unit.connection, now=now)
    before, after = set(stranded(known, visits)), set(stranded(anew, visits))
    return tuple(each for each in visits if each.public_id in after - before)


def keep(unit: Unit, known: Stored, anew: Practice, found: Sequence[Change], *, actor: Actor, now: datetime) -> None:
    """Write the changes. The caller holds everybody's time."""
    keys = {**save(unit.connection, known, anew, found, mint=unit.public_id, now=now), ("practice", ""): PRACTICE_ID}
    entries = [
        audit.Entry(PERMISSION, "created" if each.is_new else "changed", each.kind, keys[each.kind, each.code])
        for each in found
    ]
    audit.append(unit.connection, entries, actor=actor, now=now)
    _raise_task(unit, known.practice, anew, now=now)
    if _seen(known.practice) != _seen(anew):
        owe_everybody(unit, moved(known, anew), key=unit.public_id(), now=now)


def _raise_task(unit: Unit, known: Practice, anew: Practice, *, now: datetime) -> None:
    """Where the neutral name stands in for the practice's own, somebody is to know (rule 39): once for each name."""
    before, after = (None if one.profile is None else one.profile.name for one in (known, anew))
    if before == after:
        return
    if before is not None:
        tasks.drop(unit.connection, _task_key(before), now)
    if after is not None and banned_terms(after, Disclosure.TITLE):
        tasks.put(unit.connection, TASK, _task_key(after), public_id=unit.public_id(), now=now)


def _task_key(name: str) -> str:
    return f"{TASK}:{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _seen(practice: Practice) -> tuple[object, ...]:
    """What of it stands in letters."""
    profile = practice.profile
    names = () if profile is None else (profile.name, profile.neutral_name)
    return names, sorted((each.code, each.address, each.phone) for each in practice.locations)


def moved(known: Stored, anew: Practice) -> dict[int, str]:
    """The addresses that locations had, by key, where they have others now."""
    where = {each.code: each.address for each in anew.locations}
    return {
        known.keys["location", each.code]: each.address
        for each in known.practice.locations
        if where.get(each.code, each.address) != each.address
    }
