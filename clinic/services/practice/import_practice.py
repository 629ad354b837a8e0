"""Taking over a practice from a file: what would change, or the change."""

from datetime import datetime

from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.practice.importing import Report
from clinic.domain.practice.merging import merged, named
from clinic.domain.practice.practice import Practice
from clinic.services.practice.rewriting import PERMISSION, differing, held, keep, lost


@retrying
def import_practice(begin: Begin, told: Practice, *, write: bool, actor: Actor, now: datetime) -> Report:
    """Compare, and write when told to, all or nothing. Everybody's time is held, so that no booking slips in between.

    `stranded` are visits ahead that could be given before and could not be afterwards. Raises what `merged` and
    `differing` raise.
    """
    actor.require(PERMISSION)
    with begin() as unit:
        known = held(unit)
        anew = merged(known.practice, told)
        found = differing(known.practice, anew)
        gone = lost(unit, known.practice, anew, now=now) if found else ()
        if write and found:
            keep(unit, known, anew, found, actor=actor, now=now)
    new = sum(change.is_new for change in found)
    visits = tuple(each.public_id for each in gone)
    return Report(new, len(found) - new, named(told) - len(found), stranded=visits)
