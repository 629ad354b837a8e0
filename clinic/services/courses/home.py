"""What goes with a course: a home programme, and that its patient knows what to expect."""

from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin
from clinic.domain.access.actors import Actor
from clinic.domain.courses.home import Exercise, Prescribed, Told
from clinic.services.courses.seen import change_plan


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
    change_plan(
        begin,
        plan,
        lambda seen: Prescribed(seen.id, version, exercises),
        version=version,
        actor=actor,
        once=once,
        now=now,
    )


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
    change_plan(
        begin,
        plan,
        lambda seen: Told(seen.id, version, text_version, said, by),
        version=version,
        actor=actor,
        once=once,
        now=now,
    )
