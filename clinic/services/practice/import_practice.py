"""Taking over a practice from a file: what would change, or the change."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.practice import resources, standing
from clinic.db.practice.stored import Stored, stored
from clinic.db.practice.writes import PRACTICE_ID, save
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.practice.importing import Report
from clinic.domain.practice.merging import changes, merged, named
from clinic.domain.practice.practice import Practice
from clinic.domain.practice.presence import stranded
from clinic.services.apply.owed import owe_everybody


@retrying
def import_practice(begin: Begin, told: Practice, *, write: bool, actor: Actor, now: datetime) -> Report:
    """Compare, and write when told to, all or nothing. Everybody's time is held, so that no booking slips in between.

    `stranded` are visits ahead that could be given before and could not be afterwards. Raises what `merged` raises.
    """
    actor.require("practice.write")
    with begin() as unit:
        unit.hold(resources.of_practice(unit.connection))
        known = stored(unit.connection)
        anew = merged(known.practice, told)
        found = changes(known.practice, anew)
        visits = standing.ahead(unit.connection, now=now)
        before = set(stranded(known.practice, visits)) if found else set()
        lost = tuple(each for each in stranded(anew, visits) if each not in before) if found else ()
        if write and found:
            keys = {
                **save(unit.connection, known, anew, found, mint=unit.public_id, now=now),
                ("practice", ""): PRACTICE_ID,
            }
            entries = [
                audit.Entry(
                    "practice.write",
                    "created" if change.is_new else "changed",
                    change.kind,
                    keys[change.kind, change.code],
                )
                for change in found
            ]
            audit.append(unit.connection, entries, actor=actor, now=now)
            if _seen(known.practice) != _seen(anew):
                owe_everybody(unit, moved(known, anew), key=unit.public_id(), now=now)
    new = sum(change.is_new for change in found)
    return Report(new, len(found) - new, named(told) - len(found), stranded=lost)


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
