"""The day's flow: a patient arrives, is treated, leaves, or does not come."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads, pending
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid
from clinic.domain.visits.changes import Turn
from clinic.domain.visits.day import not_ahead, step_before
from clinic.domain.visits.visit import FLOW, Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.care import missing
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


def arrive(
    begin: Begin,
    public_id: str,
    *,
    identified: bool,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The patient is here, and it is he: `identified` by two marks, his name and his date of birth.

    Raises NotFound, Stale, Invalid(identify_first, visit_turns_to, visit_settled, visit_ahead).
    """
    if not identified:
        raise Invalid("identify_first", field="identified")
    flow(begin, public_id, Status.ARRIVED, version=version, actor=actor, once=once, now=now)


@retrying
def back(begin: Begin, public_id: str, *, version: int, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """Take the last step of the visit's day back; nobody outside was told of it, and nobody is.

    Raises NotFound, Stale, Invalid(visit_settled, record_signed), and Invalid(needling_left_out) where the visit was
    begun without its needling: what it was to be is no longer known.
    """
    with opening(begin, partial(hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        unit, visit = opened.unit, seen_visit(opened.unit, public_id, version)
        before = step_before(visit)
        if visit.status is not Status.ARRIVED and pending.signed(unit.connection, visit.id):
            raise Invalid("record_signed")
        if visit.status is Status.IN_SESSION and pending.left_out(unit.connection, visit.id):
            raise Invalid("needling_left_out")
        apply(unit, (Turn(visit, before, back=True),), actor=actor, now=now)
        missing.settle(unit, visit.id, now=now)
        opened.keep(public_id)


@retrying
def came(
    begin: Begin,
    public_id: str,
    *,
    version: int,
    actor: Actor,
    reason: str = "",
    once: Once | None = None,
    now: datetime,
) -> None:
    """A visit that was marked as a no-show in error stands again where it was.

    Raises NotFound, Stale, SlotTaken where its time was given away, Invalid(visit_turns_to, session_has_another), and
    Refused by a rule that what was agreed since speaks for.
    """
    with opening(begin, partial(hold_visit, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = seen_visit(opened.unit, public_id, version)
        if visit.status is not Status.NO_SHOW:
            raise Invalid("visit_turns_to", field="status", status=Status.BOOKED)
        if _has_another(opened.unit, visit):
            raise Invalid("session_has_another")
        apply(opened.unit, (Turn(visit, Status.BOOKED),), actor=actor, reason=reason, now=now)
        opened.keep(public_id)


def _has_another(unit: Unit, visit: Visit) -> bool:
    """Whether its session got another visit meanwhile."""
    others = loads.of_patient(unit.connection, visit.patient_id)
    return visit.session_id is not None and any(one.session_id == visit.session_id for one in others)
