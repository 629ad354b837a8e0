"""A repair begins: what it proposes at once is kept, and its best is looked for as a job."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from clinic.db.access import audit, places
from clinic.db.access.audit import Entry
from clinic.db.access.idempotency import Once
from clinic.db.courses import repairs
from clinic.db.courses.repairs import RepairRow
from clinic.db.messages import jobs
from clinic.db.practice import lists, losses
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import affected
from clinic.domain.access.actors import Actor
from clinic.domain.courses.repair import OPEN_REPAIRS, Fate, Proposal, Status
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.practice.people import Absence
from clinic.domain.practice.places import Closure
from clinic.domain.time import instant_of, local_date, zone
from clinic.engine.repair.solve import propose
from clinic.services.apply.opening import as_seen, opening
from clinic.services.courses.repair.answer import Draft, Solver, answered
from clinic.services.courses.repair.kept import proposal_of
from clinic.services.practice.losses import be_away, close

PERMISSION = "repair.run"
JOB = "repair"
RESOURCES = {Kind.ROOM: "room", Kind.LOCATION: "location"}
CLOSED = "Closed"


def job_key(public_id: str) -> str:
    """The key of the job that looks for a repair's best."""
    return f"{JOB}:{public_id}"


@retrying
def begin_repair(
    begin: Begin,
    read: Read,
    trouble: Trouble,
    *,
    enter: str = "",
    solver: Solver = propose,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> str:
    """Propose a repair; its public id. `enter` says as what an absence is entered (leave, sick …); a closure is entered
    by any word, and nothing without one. What `solver` has not proven is solved as a job. Raises NotFound, Invalid."""
    actor.require(PERMISSION)
    if not reaches(read, trouble, actor):
        raise NotFound("resource")
    draft = answered(read, trouble, solver, now=now)
    with opening(begin, partial(_hold, trouble=trouble), once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        unit, public_id = opened.unit, opened.unit.public_id()
        if enter:
            _enter(unit, trouble, enter, actor=actor, now=now)
        _keep(unit, public_id, trouble, draft, actor=actor, now=now)
        opened.keep(public_id)
        return public_id


def reaches(read: Read, trouble: Trouble, actor: Actor) -> bool:
    """Whether he may repair wherever the trouble is: everywhere where the therapist works, for instance."""
    if PERMISSION not in actor.bound:
        return actor.may(PERMISSION)
    with read() as unit:
        return actor.may_at(PERMISSION, places.of(unit.connection, "resource", trouble.who))


def _keep(unit: Unit, public_id: str, trouble: Trouble, draft: Draft, *, actor: Actor, now: datetime) -> None:
    proposal = proposal_of(draft)
    searched = not draft.proven and bool(proposal.moves or proposal.unplaced)
    key = repairs.add(
        unit.connection,
        public_id,
        trouble,
        actor=actor.name,
        now=now,
        proposal=proposal,
        status=Status.SOLVING if searched else Status.OPTIMAL,
        objective=draft.objective,
        bound=draft.bound,
    )
    if searched:
        jobs.put(unit.connection, JOB, job_key(public_id), now, {"repair": public_id})
    detail = {"what": trouble.what.value, "moves": len(proposal.moves), "unplaced": len(proposal.unplaced)}
    _audit(unit, "repair.begin", key, detail, actor=actor, now=now)


def _audit(unit: Unit, act: str, key: int, detail: Mapping[str, object], *, actor: Actor, now: datetime) -> None:
    audit.append(unit.connection, [Entry(PERMISSION, act, "repair", key, None, detail)], actor=actor, now=now)


def _hold(unit: Unit, trouble: Trouble) -> None:
    """Whose time is lost, so that nobody books it meanwhile."""
    found = affected.named(unit.connection, trouble)
    if found is None:
        raise NotFound("resource")
    unit.hold(losses.lanes(unit.connection, RESOURCES.get(trouble.what, "staff"), found[0]))


def _enter(unit: Unit, trouble: Trouble, kind: str, *, actor: Actor, now: datetime) -> None:
    """Keep the absence or the closure itself."""
    found = affected.named(unit.connection, trouble)
    if found is None or trouble.ends is None:
        return
    starts_at, ends_at = instant_of(trouble.starts), instant_of(trouble.ends)
    if trouble.what in (Kind.ABSENCE, Kind.COVER):
        be_away(unit, found[0], Absence(starts_at, ends_at, kind), actor=actor, now=now)
        return
    is_room = trouble.what is Kind.ROOM
    place = losses.location_of(unit.connection, found[0]) if is_room else found[0]
    tz = next(zone(each.tz) for each in lists.locations(unit.connection) if each.id == place)
    days = (local_date(starts_at, tz), local_date(ends_at - timedelta(seconds=1), tz))
    close(unit, place, found[0] if is_room else None, Closure(*days, CLOSED), actor=actor, now=now)


def seen(unit: Unit, public_id: str, version: int) -> RepairRow:
    """The repair as the actor saw it, still open. Raises NotFound, Stale, Invalid(repair_settled)."""
    found = as_seen("repair", repairs.row(unit.connection, public_id, lock=True), version)
    if found.status not in OPEN_REPAIRS:
        raise Invalid("repair_settled")
    return found


@contextmanager
def _deciding(
    begin: Begin, public_id: str, version: int, *, once: Once | None, now: datetime
) -> Iterator[tuple[Unit, RepairRow] | None]:
    """The repair as it was seen, no longer searched; None where the form was sent before."""
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            yield None
            return
        found = seen(opened.unit, public_id, version)
        jobs.cancel(opened.unit.connection, job_key(public_id))
        yield opened.unit, found
        opened.keep(public_id)


@retrying
def settle(
    begin: Begin,
    public_id: str,
    status: Status,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Stop looking for a better one (STOPPED), or be done with it (DROPPED). Raises Stale, Invalid(repair_settled)."""
    actor.require(PERMISSION)
    with _deciding(begin, public_id, version, once=once, now=now) as decided:
        if decided is not None:
            unit, found = decided
            repairs.revise(unit.connection, found, status=status)
            _audit(unit, f"repair.{status.value}", found.id, {}, actor=actor, now=now)


@retrying
def leave_out(
    begin: Begin,
    public_id: str,
    patient: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Leave a patient's visits where they are, or take them in again. It ends the search. Raises as `settle`."""
    actor.require(PERMISSION)
    with _deciding(begin, public_id, version, once=once, now=now) as decided:
        if decided is None:
            return
        unit, found = decided
        other = {Fate.OPEN: Fate.LEFT_OUT, Fate.LEFT_OUT: Fate.OPEN}
        turned = {
            move.visit: (other[move.fate], "")
            for move in found.proposal.moves
            if move.patient == patient and move.fate in other
        }
        status = Status.STOPPED if found.status is Status.SOLVING else found.status
        _turn(unit, found, found.proposal.become(turned), status)


def _turn(unit: Unit, found: RepairRow, proposal: Proposal, status: Status) -> None:
    repairs.revise(unit.connection, found, proposal=proposal, status=status)
