"""Looking at the rest of a course as it would be placed anew, and writing it: all of it, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.unit import Begin, Read, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Infeasible, SlotTaken, Stale
from clinic.engine.course import NoCourse
from clinic.services.apply import apply
from clinic.services.apply.opening import as_seen, opening
from clinic.services.courses.calendars import to_hold
from clinic.services.courses.losing import Lost
from clinic.services.courses.reflow import Reflow, reflow
from clinic.services.courses.tail import Asked


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody decided by: the versions of the course's visits by public id, and where each session of the tail
    would lie, as `Reflow.places` says it."""

    versions: Mapping[str, int]
    places: tuple[str, ...]


def look(read: Read, asked: Asked, *, now: datetime) -> Reflow:
    """What the rest of the course would look like now; nothing is held and nothing written. Raises as `reflow`."""
    with read() as unit:
        return reflow(unit, asked, now=now)


@retrying
def replan(
    begin: Begin,
    read: Read,
    asked: Asked,
    *,
    seen: Seen | None,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> int:
    """Write the rest of the course as it is placed, and what is given up with it; how many visits are moved or booked,
    0 where the form was sent before.

    Raises Stale when a visit changed since it was seen, SlotTaken when the course would not lie as it was seen,
    Infeasible when there is none, and what `reflow` and `apply` raise.
    """
    with read() as unit:
        row = reads.plan_row(unit.connection, asked.plan)
    _, held = to_hold(read, row.location_id, row.patient_public_id, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return 0
        if seen is not None and asked.lost is not None:
            as_seen("visit", loads.visit(opened.unit.connection, asked.lost.visit), _version(seen, asked.lost))
        found = reflow(opened.unit, asked, now=now)
        if seen is not None:
            _check_versions(found.versions, seen.versions)
        if isinstance(found.outcome, NoCourse):
            if seen is not None:
                raise SlotTaken(session=found.ordinal(found.outcome.session))
            raise Infeasible(found.outcome.reason.code, session=found.ordinal(found.outcome.session))
        if seen is not None and seen.places != found.places():
            raise SlotTaken
        changes = found.changes(reason)
        if changes:
            apply(opened.unit, changes, actor=actor, reason=reason, now=now)
        opened.keep(asked.plan)
        return len(found.changed)


def _version(seen: Seen, lost: Lost) -> int:
    return seen.versions.get(lost.visit, 0)


def _check_versions(current: Mapping[str, int], seen: Mapping[str, int]) -> None:
    for visit in sorted({*current, *seen}):
        if current.get(visit) != seen.get(visit):
            raise Stale("visit", seen=seen.get(visit, 0), current=current.get(visit, 0))
