"""A visit of a course that is given up while the rest is placed anew: both are written, or neither."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.domain.errors import NotFound
from clinic.domain.visits.changes import Turn
from clinic.domain.visits.day import not_ahead
from clinic.domain.visits.visit import MISSED, Status, Visit
from clinic.services.courses.under_way import Session, UnderWay


@dataclass(frozen=True, slots=True)
class Lost:
    """A visit, by public id, and what becomes of it: CANCELLED, with a reason that is kept, or NO_SHOW."""

    visit: str
    status: Status
    reason: str = ""


def losing(unit: Unit, plan: UnderWay, lost: Lost | None, *, now: datetime) -> tuple[UnderWay, tuple[Turn, ...]]:
    """The course as it will be without that visit, and the change that makes it so. Raises NotFound for a visit that is
    no session of it, Invalid for one that is over or, of a no-show, ahead."""
    if lost is None:
        return plan, ()
    visit = loads.visit(unit.connection, lost.visit)
    if visit.session_id not in {one.id for one in plan.sessions} or lost.status not in MISSED:
        raise NotFound("visit")
    turn = Turn(visit, lost.status, lost.reason)
    if lost.status is Status.NO_SHOW:
        not_ahead(visit, lost.status, now=now)
    return replace(plan, sessions=tuple(_without(one, turn) for one in plan.sessions)), (turn,)


def _without(session: Session, turn: Turn) -> Session:
    visit: Visit | None = session.visit
    if visit is None or visit.id != turn.visit.id:
        return session
    return replace(session, visit=None, lost=replace(visit, status=turn.status))
