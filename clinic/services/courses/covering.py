"""Saying who pays for a course, and what was authorised."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.cover import Cover, Covered
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.seen import hold_patient_of, seen_plan


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
    with opening(begin, partial(hold_patient_of, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = seen_plan(opened.unit, plan, version)
            apply(opened.unit, (Covered(seen.id, version, told),), actor=actor, now=now)
            opened.keep(plan)
