"""Accepting a repair: a patient's visits move together, in one transaction each; what cannot move any more is named.

A visit that goes where another one of the same repair still is waits for it; where they wait for each other in a circle
they move in one transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.access.idempotency import Once
from clinic.db.courses import repairs
from clinic.db.courses.outlines import outlines
from clinic.db.courses.repairs import RepairRow
from clinic.db.messages import jobs
from clinic.db.patients import calendars as patients
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.courses.repair import OPEN_REPAIRS, Fate, Moving, Status
from clinic.domain.errors import Conflict, NotFound, Refused, SlotTaken
from clinic.domain.patients.preferences import Preferences
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Change, Move
from clinic.domain.visits.visit import MOVABLE, Stretch, Visit
from clinic.engine.openings import openings, pinned
from clinic.engine.request import Pin
from clinic.engine.slots import chosen
from clinic.services.apply import apply
from clinic.services.apply.lapsed import give_back_lapsed
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import placing, to_hold
from clinic.services.courses.kinds import kind_of
from clinic.services.courses.needs import Need, needs_of, needs_of_visit
from clinic.services.courses.repair.handover import changes_of, keep
from clinic.services.courses.repair.propose import PERMISSION, job_key, seen
from clinic.services.courses.stretches import stretches_of

NEEDS_OTHERS: Final = "repair_needs_others"


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many visits moved, and those that did not: public ids of visits with a code that says why."""

    moved: int
    refused: tuple[tuple[str, str], ...] = ()


def accept(
    begin: Begin,
    read: Read,
    public_id: str,
    patients_: Collection[str] = (),
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> Accepted:
    """Move the visits of these patients, or of all of them where none is named. Whoever is left out stays.

    What was moved before is not moved again. Raises Stale when the repair is another than was seen, and
    Invalid(repair_settled).
    """
    actor.require(PERMISSION)
    if not _start(begin, public_id, version, actor=actor, once=once, now=now):
        return Accepted(0)
    accepting = _Accepting(begin, read, public_id, actor, now)
    waiting = [[one] for one in accepting.waiting(patients_)]
    while waiting:
        left = [group for group in waiting if not accepting.move(group)]
        if len(left) == len(waiting):
            accepting.move([one for group in left for one in group])
            break
        waiting = left
    return accepting.told(patients_)


@retrying
def _start(begin: Begin, public_id: str, version: int, *, actor: Actor, once: Once | None, now: datetime) -> bool:
    """The repair as it was seen; nobody looks for a better one from now on. False where the form was sent before."""
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return False
        found = seen(opened.unit, public_id, version)
        jobs.cancel(opened.unit.connection, job_key(public_id))
        status = Status.STOPPED if found.status is Status.SOLVING else found.status
        repairs.revise(opened.unit.connection, found, status=status)
        entry = Entry(PERMISSION, "repair.accept", "repair", found.id)
        audit.append(opened.unit.connection, [entry], actor=actor, now=now)
        opened.keep(public_id)
        return True


@dataclass(slots=True)
class _Accepting:
    """One acceptance, patient by patient."""

    begin: Begin
    read: Read
    public_id: str
    actor: Actor
    now: datetime

    def row(self) -> RepairRow:
        with self.read() as unit:
            return repairs.row(unit.connection, self.public_id)

    def waiting(self, wanted: Collection[str]) -> list[str]:
        """The patients whose moves are open, in order."""
        moves = self.row().proposal.open
        return list(dict.fromkeys(move.patient for move in moves if not wanted or move.patient in wanted))

    def move(self, group: Sequence[str]) -> bool:
        """Move these patients' visits; False where somebody still has their time."""
        try:
            self._move(group)
        except SlotTaken:
            self._mark(group, NEEDS_OTHERS)
            return False
        except (Conflict, Refused) as error:
            self._mark(group, error.code)
        return True

    def _move(self, group: Sequence[str]) -> None:
        moved(self.begin, self.read, self.public_id, group, actor=self.actor, now=self.now)

    def _mark(self, group: Sequence[str], code: str) -> None:
        mark(self.begin, self.public_id, group, code)

    def told(self, wanted: Collection[str]) -> Accepted:
        moves = [move for move in self.row().proposal.moves if not wanted or move.patient in wanted]
        refused = tuple(
            (move.visit, move.why or move.fate.value)
            for move in moves
            if move.fate is Fate.STALE or (move.fate is Fate.OPEN and move.why)
        )
        return Accepted(sum(move.fate is Fate.APPLIED for move in moves), refused)


@retrying
def moved(begin: Begin, read: Read, public_id: str, group: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Move everything of these patients in one transaction. Raises SlotTaken, Refused."""
    with begin(hold=_to_hold(read, public_id, group, now=now)) as unit:
        give_back_lapsed(unit, now=now)
        row = repairs.row(unit.connection, public_id, lock=True)
        mine = [move for move in row.proposal.open if move.patient in group]
        visits = {move.visit: loads.visit(unit.connection, move.visit) for move in mine}
        changed = {move.patient for move in mine if not _as_it_was(visits[move.visit], move)}
        fates = {move.visit: (Fate.STALE, "stale") if move.patient in changed else (Fate.APPLIED, "") for move in mine}
        going = [move for move in mine if move.patient not in changed]
        moving = [visits[move.visit].id for move in going]
        changes: tuple[Change, ...] = tuple(
            Move(visits[move.visit], _stretches(unit, visits[move.visit], move, moving, now=now)) for move in going
        )
        if changes:
            plans = {visits[move.visit].plan_id or 0 for move in going}
            given = changes_of(unit, row.trouble, plans)
            apply(unit, (*(change for change, _ in given), *changes), actor=actor, now=now)
            keep(unit, given, actor=actor, now=now)
        _save(unit, row, fates)


@retrying
def mark(begin: Begin, public_id: str, group: Collection[str], code: str) -> None:
    """Keep why these patients' visits could not move; they stay open."""
    with begin() as unit:
        row = repairs.row(unit.connection, public_id, lock=True)
        _save(unit, row, {move.visit: (Fate.OPEN, code) for move in row.proposal.open if move.patient in group})


def _save(unit: Unit, row: RepairRow, fates: dict[str, tuple[Fate, str]]) -> None:
    """A repair without open moves is applied."""
    proposal = row.proposal.become(fates)
    status = row.status if proposal.open or row.status not in OPEN_REPAIRS else Status.APPLIED
    repairs.revise(unit.connection, row, proposal=proposal, status=status)


def _as_it_was(visit: Visit, move: Moving) -> bool:
    return visit.version == move.version and visit.status in MOVABLE


def _to_hold(read: Read, public_id: str, group: Collection[str], *, now: datetime) -> list[int]:
    """Everything that these patients' visits could take."""
    with read() as unit:
        open_ = [move for move in repairs.row(unit.connection, public_id).proposal.open if move.patient in group]
        places = {(loads.visit(unit.connection, move.visit).location_id, move.patient) for move in open_}
    held = (to_hold(read, location, patient, now=now)[1] for location, patient in sorted(places))
    return sorted({resource for each in held for resource in each})


def _stretches(unit: Unit, visit: Visit, move: Moving, moving: Sequence[int], *, now: datetime) -> tuple[Stretch, ...]:
    """What it takes at its new time, if all of that is still open. Raises SlotTaken."""
    site, times = patients.at_site(unit.connection, visit.location_id, move.patient, since=now)
    if site.colleague(move.to.therapist) is None:
        raise NotFound("resource")
    first = local_date(instant_of(min(move.to.starts, visit.starts)), site.tz)
    placed = placing(unit, site, times, max(first, local_date(now, site.tz)), now=now, without=moving)
    needs = _needs(unit, visit)
    kind = kind_of(needs, placed, targets=visit.targets, wishes=Preferences())
    found = pinned(openings(placed.calendars, kind), Pin(move.to.starts, move.to.therapist, move.to.room or None))
    if not any(found.starts):
        raise SlotTaken
    parts = chosen(found, move.to.starts, move.to.therapist).parts
    return stretches_of(site, parts, [need.modalities for need in needs])


def _needs(unit: Unit, visit: Visit) -> tuple[Need, ...]:
    if visit.plan_id is None or visit.session_id is None:
        return needs_of_visit(visit)
    plan = outlines(unit.connection, [visit.plan_id])[visit.plan_id]
    phases = {phase.name: phase for phase in plan.protocol.phases}
    name = plan.sessions[visit.session_id][1] if visit.session_id in plan.sessions else ""
    return needs_of_visit(visit, needs_of(phases[name].segments) if name in phases else ())
