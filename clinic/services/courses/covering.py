"""Saying who pays for a course, and what was authorised."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.cover import Cover, Covered
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen, opening


def _hold(unit: Unit, plan: str) -> None:
    hold(unit, reads.plan_row(unit.connection, plan).patient_id, ())


@retrying
def cover(
    begin: Begin,
    plan: str,
    told: Cover,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The plan is paid for so from now on; no visit moves. Raises NotFound, Stale."""
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = as_seen("plan", reads.plan_row(opened.unit.connection, plan), version)
            apply(opened.unit, (Covered(seen.id, version, told),), actor=actor, now=now)
            opened.keep(plan)
