"""After a reassessment: the course goes on, or stops; what was pencilled is confirmed or released."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.courses.reads import PlanRow, SessionRow
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.visits.changes import Change, Reassessed, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import opening
from clinic.services.courses.seen import seen_plan

OUTCOMES = ("continue", "stop")


def _hold_pencilled(unit: Unit, plan: str) -> None:
    seen = reads.plan_row(unit.connection, plan)
    hold(unit, seen.patient_id, _pencilled(unit, seen.id))


def _session(unit: Unit, plan: PlanRow, public_id: str) -> SessionRow:
    for session in reads.sessions(unit.connection, plan.id):
        if session.public_id == public_id and session.reassess:
            return session
    raise NotFound("session")


@retrying
def mark(
    begin: Begin,
    plan: str,
    session: str,
    outcome: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The reassessment held in that session is done; `stop` ends the course and releases what is pencilled.

    Raises NotFound, Stale, Invalid(reassessed_already, unknown_outcome).
    """
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", field="outcome")
    with opening(begin, partial(_hold_pencilled, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return
        unit = opened.unit
        seen = seen_plan(unit, plan, version)
        held_in = _session(unit, seen, session)
        if held_in.reassessed_at is not None:
            raise Invalid("reassessed_already")
        changes: list[Change] = [Reassessed(seen.id, seen.version, held_in.id, outcome)]
        if outcome == "stop":
            changes += [Turn(visit, Status.RELEASED) for visit in _pencilled(unit, seen.id)]
        apply(unit, tuple(changes), actor=actor, now=now)
        opened.keep(plan)


@retrying
def decide(
    begin: Begin,
    plan: str,
    session: str,
    outcome: str,
    *,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> int:
    """Mark the reassessment, and confirm what is pencilled up to the next one (`continue`) or release it all (`stop`):
    both or neither. How many visits that was. Where no measure changed enough, going on takes a reason.

    Raises NotFound, Stale, Refused, Invalid(reassessed_already, unknown_outcome).
    """
    if outcome not in OUTCOMES:
        raise Invalid("unknown_outcome", field="outcome")
    with opening(begin, partial(_hold_pencilled, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return 0
        unit = opened.unit
        seen = seen_plan(unit, plan, version)
        held_in = _session(unit, seen, session)
        if held_in.reassessed_at is not None:
            raise Invalid("reassessed_already")
        visits, status = turning(unit, seen.id, held_in, outcome)
        # In two steps of one transaction: the rules that judge the visits count from the review that is done now.
        apply(unit, (Reassessed(seen.id, seen.version, held_in.id, outcome),), actor=actor, now=now)
        apply(unit, tuple(Turn(visit, status) for visit in visits), actor=actor, reason=reason, now=now)
        opened.keep(plan)
        return len(visits)


def turning(unit: Unit, plan_id: int, held_in: SessionRow, outcome: str) -> tuple[tuple[Visit, ...], Status]:
    """Which visits the outcome of that reassessment turns, and into what."""
    if outcome == "stop":
        return _pencilled(unit, plan_id), Status.RELEASED
    return through_next_reassessment(unit, plan_id, but=held_in.id), Status.BOOKED


def _pencilled(unit: Unit, plan_id: int) -> tuple[Visit, ...]:
    """What is pencilled of the plan, in order."""
    return tuple(visit for visit in loads.of_plan(unit.connection, plan_id) if visit.status is Status.PENCILLED)


def through_next_reassessment(unit: Unit, plan_id: int, *, but: int | None = None) -> tuple[Visit, ...]:
    """The pencilled visits up to the next reassessment that is not done, which is held in the last of them; `but` is
    one that is being done."""
    sessions = reads.sessions(unit.connection, plan_id)
    open_points = [each.ordinal for each in sessions if _open(each) and each.id != but]
    ordinals = {each.id: each.ordinal for each in sessions}
    waiting = _pencilled(unit, plan_id)
    if not open_points:
        return waiting
    first = min(open_points)
    return tuple(visit for visit in waiting if ordinals[visit.session_id or 0] <= first)


def _open(session: SessionRow) -> bool:
    return session.reassess and session.reassessed_at is None


@retrying
def settle(
    begin: Begin,
    plan: str,
    status: Status,
    *,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> int:
    """Confirm what is pencilled up to the next reassessment (BOOKED), or release all of it; how many visits that was.

    Raises Stale, Refused, Invalid(nothing_pencilled, reassessment_first).
    """
    with opening(begin, partial(_hold_pencilled, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return 0
        unit = opened.unit
        seen = seen_plan(unit, plan, version)
        visits = through_next_reassessment(unit, seen.id) if status is Status.BOOKED else _pencilled(unit, seen.id)
        if not visits:
            raise Invalid("reassessment_first" if _pencilled(unit, seen.id) else "nothing_pencilled")
        apply(unit, tuple(Turn(visit, status) for visit in visits), actor=actor, reason=reason, now=now)
        opened.keep(plan)
        return len(visits)
