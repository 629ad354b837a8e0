"""A course that somebody decides about: its patient held first, then the plan read as it was seen."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.courses.reads import PlanRow
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.home import Planned
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen, opening


def hold_patient_of(unit: Unit, plan: str) -> None:
    """Hold its patient, for what moves no visit. Raises NotFound."""
    hold(unit, reads.plan_row(unit.connection, plan).patient_id, ())


def seen_plan(unit: Unit, plan: str, version: int) -> PlanRow:
    """The plan as the actor saw it. Raises NotFound, Stale."""
    return as_seen("plan", reads.plan_row(unit.connection, plan), version)


@retrying
def change_plan(
    begin: Begin,
    plan: str,
    decide: Callable[[PlanRow], Planned],
    *,
    version: int,
    actor: Actor,
    once: Once | None,
    now: datetime,
) -> None:
    """Write one change of the plan as it was seen; no visit moves. Raises NotFound, Stale, and what `decide` raises."""
    with opening(begin, partial(hold_patient_of, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = seen_plan(opened.unit, plan, version)
            apply(opened.unit, (decide(seen),), actor=actor, now=now)
            opened.keep(plan)
