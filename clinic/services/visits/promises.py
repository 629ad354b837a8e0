"""New zone data: which visits ahead show another wall time now than their patients were promised, and what holds.

Nothing moves by itself. A task for each tells the desk, and somebody accepts visit by visit, or all at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from clinic.calendars.zones import edition
from clinic.db.messages import obligations, tasks
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads, promises
from clinic.db.visits.promises import Promise
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.time import tick_floor, zone
from clinic.domain.visits.changes import Move
from clinic.domain.visits.promise import Parted, parted
from clinic.domain.visits.visit import Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import owners

TASK: Final = "visit_clock"
TELL: Final = "visit_clock_told"


class Keep(StrEnum):
    """What holds: the wall time that was promised, so that the visit takes place at another instant, or the instant,
    so that its clock shows another time."""

    WALL = "wall"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Affected:
    """A visit ahead whose promise and instant part."""

    visit: Promise
    parted: Parted


def affected(read: Read, *, now: datetime) -> tuple[Affected, ...]:
    """The visits ahead whose clock shows another time than was promised, in order of start."""
    with read() as unit:
        return _affected(promises.ahead(unit.connection, tick_floor(now)))


def _affected(found: Sequence[Promise]) -> tuple[Affected, ...]:
    looked = ((each, parted(each.starts, each.wall, each.fold, zone(each.tz))) for each in found)
    return tuple(Affected(each, how) for each, how in looked if how is not None)


def raise_tasks(unit: Unit, *, now: datetime) -> int:
    """A task for each affected visit, once for what its clock shows; how many were new. No visit changes."""
    raised = 0
    for each in _affected(promises.ahead(unit.connection, tick_floor(now))):
        visit, how = each.visit, each.parted
        raised += tasks.put(
            unit.connection,
            TASK,
            f"{TASK}:{visit.public_id}:{how.promised}:{how.shows}",
            patient_id=visit.patient_id,
            appointment_id=visit.id,
            detail=_detail(how) | {"edition": edition()},
            public_id=unit.public_id(),
            now=now,
        )
    return raised


@retrying
def accept(
    begin: Begin, public_ids: Collection[str], keep: Keep, *, actor: Actor, reason: str = "", now: datetime
) -> tuple[str, ...]:
    """Settle these visits, all or none, by one rule; the public ids of those that were affected. Their letters go out
    as after any move.

    Raises NotFound for a visit that is not ahead, Invalid(promise_skipped) where the promised time does not exist,
    SlotTaken, Refused.
    """
    with begin() as unit:
        visits = [loads.visit(unit.connection, each) for each in sorted(set(public_ids))]
        whose = set().union(*(owners(visit.patient_id, visit.stretches) for visit in visits))
        unit.hold(lane for lanes in loads.lanes(unit.connection, whose).values() for lane in lanes)
        found = promises.of(unit.connection, public_ids)
        if len(found) < len(visits):
            raise NotFound("visit")
        settled = _affected(found)
        changes = tuple(_moved(loads.visit(unit.connection, each.visit.public_id), each, keep) for each in settled)
        if changes:
            apply(unit, changes, actor=actor, reason=reason, now=now)
        for each in found:
            tasks.drop_about(unit.connection, each.id, (TASK,), now)
        if keep is Keep.INSTANT:
            _have_told(unit, settled, now=now)
        return tuple(each.visit.public_id for each in settled)


def _have_told(unit: Unit, settled: Sequence[Affected], *, now: datetime) -> None:
    """Invitations say the new time of day by themselves; other patients have to hear of it from the desk."""
    for each in settled:
        visit, how = each.visit, each.parted
        if not obligations.reached(unit.connection, visit.patient_id).invites:
            tasks.put(
                unit.connection,
                TELL,
                f"{TELL}:{visit.public_id}:{how.shows}",
                patient_id=visit.patient_id,
                appointment_id=visit.id,
                detail=_detail(how),
                public_id=unit.public_id(),
                now=now,
            )


def _detail(how: Parted) -> dict[str, str]:
    said = (datetime.fromisoformat(wall) for wall in (how.promised, how.shows))
    promised, shows = (f"{each:%Y-%m-%d %H:%M}" for each in said)
    return {"code": "promise_parted", "promised": promised, "shows": shows}


def _moved(visit: Visit, found: Affected, keep: Keep) -> Move:
    """Written again where it is, a visit promises what its clock shows by now."""
    if keep is Keep.INSTANT:
        return Move(visit, visit.stretches)
    if found.parted.kept is None:
        raise Invalid("promise_skipped", field="visit", visit=visit.public_id, wall=found.parted.promised)
    by = found.parted.kept - visit.starts
    return Move(visit, tuple(replace(one, starts=one.starts + by, ends=one.ends + by) for one in visit.stretches))
