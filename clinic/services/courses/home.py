"""What goes with a course: a home programme, and that its patient knows what to expect."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.courses.reads import PlanRow
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.home import Exercise, Planned, Prescribed, Told
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen, opening


def _hold(unit: Unit, plan: str) -> None:
    hold(unit, reads.plan_row(unit.connection, plan).patient_id, ())


@retrying
def prescribe(
    begin: Begin,
    plan: str,
    exercises: tuple[Exercise, ...],
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The home programme is this from now on. Raises NotFound, Stale, Invalid."""
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = _seen(opened.unit, plan, version)
            _write(opened.unit, Prescribed(seen.id, version, exercises), actor=actor, now=now)
            opened.keep(plan)


@retrying
def tell(
    begin: Begin,
    plan: str,
    said: str,
    by: str,
    *,
    text_version: int,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Somebody acknowledged what was said. Raises NotFound, Stale, Invalid for a missing name."""
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = _seen(opened.unit, plan, version)
            _write(opened.unit, Told(seen.id, version, text_version, said, by), actor=actor, now=now)
            opened.keep(plan)


def _seen(unit: Unit, plan: str, version: int) -> PlanRow:
    return as_seen("plan", reads.plan_row(unit.connection, plan), version)


def _write(unit: Unit, change: Planned, *, actor: Actor, now: datetime) -> None:
    apply(unit, (change,), actor=actor, now=now)
