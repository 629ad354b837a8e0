"""The day's flow: a patient arrives, is treated, leaves, or does not come."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.visits.changes import Turn
from clinic.domain.visits.day import not_ahead
from clinic.domain.visits.visit import FLOW, Status
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.visits.seen import hold_visit, seen_visit


@retrying
def flow(
    begin: Begin,
    public_id: str,
    status: Status,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Turn a visit into what became of it; later on its day or afterwards, never before. A no-show has begun.

    Raises NotFound, Stale, Invalid(visit_turns_to, visit_settled, visit_ahead).
    """
    if status not in FLOW:
        raise Invalid("visit_turns_to", field="status", status=status)
    with opening(begin, partial(hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = seen_visit(opened.unit, public_id, version)
        not_ahead(visit, status, now=now)
        apply(opened.unit, (Turn(visit, status),), actor=actor, now=now)
        opened.keep(public_id)
