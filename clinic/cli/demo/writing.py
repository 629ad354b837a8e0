"""What the demo's therapists wrote down: invented scores that get better, as those of many patients do."""

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Final

from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.care.record import Count, Needle, Record
from clinic.services.care.records import sign, writing

NEEDLE: Final = Needle(25, 40)


def write_down(database: Database, visit: str, ordinal: int | None, *, actor: Actor, now: datetime) -> None:
    """Sign the record of a visit that is done; `ordinal` is which of its course it was."""
    with database.read() as unit:
        found = writing(unit, visit)
    record = _record(found.record, ordinal or 1, Random(visit))  # noqa: S311 - an invented world
    sign(database.begin, visit, record, version=found.version, actor=actor, now=now)


def _record(planned: Record, nth: int, random: Random) -> Record:
    """As planned, with pain that starts at 6 or 7 of 10 and eases by about half a point a visit."""
    before = max(1, random.choice((6, 7)) - nth // 2)
    record = replace(
        planned,
        pain_before=before,
        pain_after=before - 1,
        went="Full range, steady",
        told=True,
        next_step="Go on as planned",
    )
    if not planned.needled:
        return record
    needles = 2 * len(planned.sites) + random.randrange(3)
    return replace(
        record, soreness=random.choice((0, 1, 1, 2)), needle=NEEDLE, count=Count(needles, needles), tolerance="good"
    )
