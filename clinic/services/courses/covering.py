"""Saying who pays for a course, and what was authorised."""

from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin
from clinic.domain.access.actors import Actor
from clinic.domain.courses.cover import Cover, Covered
from clinic.services.courses.seen import change_plan


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
    change_plan(
        begin,
        plan,
        lambda seen: Covered(seen.id, version, told),
        version=version,
        actor=actor,
        once=once,
        now=now,
    )
