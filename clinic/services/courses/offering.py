"""A course that was offered: accepted and booked, declined, or over by itself; its visits are held until then."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from clinic.db.access.idempotency import Once
from clinic.db.courses import offers, reads
from clinic.db.courses.offers import OfferRow
from clinic.db.courses.reads import PlanRow
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor, system
from clinic.domain.courses.offer import How, Outcome
from clinic.domain.errors import Invalid
from clinic.domain.visits.changes import Settled, Turn
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import opening
from clinic.services.courses.seen import seen_plan


def _held(unit: Unit, plan_id: int) -> tuple[Visit, ...]:
    return tuple(visit for visit in loads.of_plan(unit.connection, plan_id) if visit.status is Status.HELD)


def _hold(unit: Unit, plan: str) -> None:
    seen = reads.plan_row(unit.connection, plan)
    hold(unit, seen.patient_id, _held(unit, seen.id))


def _open(unit: Unit, plan: PlanRow) -> OfferRow:
    offer = offers.of_plan(unit.connection, plan.id)
    if offer is None or offer.outcome != Outcome.OPEN:
        raise Invalid("offer_settled")
    return offer


@retrying
def accept(
    begin: Begin,
    plan: str,
    *,
    who: str,
    how: How,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> None:
    """Somebody said yes: what is held is booked up to the next reassessment, the rest pencilled.

    Raises NotFound, Stale, Refused, Invalid(offer_settled), and Invalid for a missing name.
    """
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return
        unit = opened.unit
        seen = seen_plan(unit, plan, version)
        through = _open(unit, seen).booked_through
        ordinals = {each.id: each.ordinal for each in reads.sessions(unit.connection, seen.id)}
        turns = [
            Turn(visit, Status.BOOKED if ordinals[visit.session_id or 0] <= through else Status.PENCILLED)
            for visit in _held(unit, seen.id)
        ]
        settled = Settled(seen.id, seen.version, seen.patient_id, Outcome.ACCEPTED, who, how)
        apply(unit, (settled, *turns), actor=actor, reason=reason, now=now)
        opened.keep(plan)


@retrying
def decline(begin: Begin, plan: str, *, version: int, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """Somebody said no: the times are free again. Raises NotFound, Stale, Invalid(offer_settled)."""
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return
        seen = seen_plan(opened.unit, plan, version)
        _release(opened.unit, seen, Outcome.DECLINED, actor=actor, now=now)
        opened.keep(plan)


def expire(unit: Unit, payload: Mapping[str, Any], now: datetime) -> None:
    """Nobody answered in time: the times are free again. One that was answered is left alone."""
    plan = str(payload["plan"])
    _hold(unit, plan)
    seen = reads.plan_row(unit.connection, plan)
    offer = offers.of_plan(unit.connection, seen.id)
    if offer is not None and offer.outcome == Outcome.OPEN:
        _release(unit, seen, Outcome.EXPIRED, actor=system("worker"), now=now)


def _release(unit: Unit, seen: PlanRow, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    _open(unit, seen)
    turns = [Turn(visit, Status.RELEASED) for visit in _held(unit, seen.id)]
    apply(unit, (Settled(seen.id, seen.version, seen.patient_id, outcome), *turns), actor=actor, now=now)
