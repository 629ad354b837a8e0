"""Treatment begins: with its needling once nothing speaks against it, or without."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.visits.changes import Turn
from clinic.domain.visits.day import not_ahead
from clinic.domain.visits.visit import Status
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.visits.seen import hold_visit, seen_visit


@retrying
def start(
    begin: Begin,
    public_id: str,
    *,
    needling: bool,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> None:
    """The patient who has arrived is treated; without `needling` the rest of the visit is.

    Raises NotFound, Stale, Invalid(visit_turns_to, visit_settled), and Refused by a rule of the start.
    """
    with opening(begin, partial(hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = seen_visit(opened.unit, public_id, version)
        not_ahead(visit, Status.IN_SESSION, now=now)
        turn = Turn(visit, Status.IN_SESSION, without_needling=visit.needles and not needling)
        apply(opened.unit, (turn,), actor=actor, reason=reason, now=now)
        opened.keep(public_id)
