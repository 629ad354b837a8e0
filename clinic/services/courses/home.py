"""What goes with a course: a home programme, and that its patient knows what to expect."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.home import Exercise, Prescribed, Told
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.seen import hold_patient_of, seen_plan


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
    with opening(begin, partial(hold_patient_of, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = seen_plan(opened.unit, plan, version)
            apply(opened.unit, (Prescribed(seen.id, version, exercises),), actor=actor, now=now)
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
    with opening(begin, partial(hold_patient_of, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            seen = seen_plan(opened.unit, plan, version)
            apply(opened.unit, (Told(seen.id, version, text_version, said, by),), actor=actor, now=now)
            opened.keep(plan)
