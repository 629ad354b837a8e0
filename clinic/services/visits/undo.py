"""Undoing what somebody did to visits: the way back goes through the same rules as the way there."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads, steps
from clinic.db.visits.steps import Deed
from clinic.domain.access.actors import Actor
from clinic.domain.courses.withdrawn import Narrowed, Withdrawn
from clinic.domain.errors import Conflict, Invalid, NotFound
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.changes import Move, Turn
from clinic.domain.visits.undo import inverses
from clinic.domain.visits.visit import GONE, Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.holding import owners
from clinic.services.apply.opening import opening
from clinic.services.care import missing
from clinic.services.courses.repair.reopen import reopen

UNDOABLE_FOR: Final = timedelta(hours=24)
"""How long the list of what one did reaches back."""


@retrying
def undo(begin: Begin, request: str, *, actor: Actor, once: Once | None = None, now: datetime) -> tuple[str, ...]:
    """Lead back all that the actor did with one form, a whole course or repair if it was one; the public ids of its
    visits. All of it, or nothing. What was done after it and undone does not count.

    Raises NotFound, Conflict(changed_since, some_changed_since, plan_changed_since) where somebody changed it since,
    SlotTaken where a time was given away, Invalid(stays_done, session_has_another), and Refused by a rule that holds by
    now.
    """
    with opening(begin, partial(_hold, request=request, actor=actor, now=now), once=once, now=now) as opened:
        if opened.done is not None:
            return ()
        deed = _deed(opened.unit, request, actor, now)
        visits = _visits(opened.unit, deed)
        if not deed.whole or any(one.step.stays for one in deed.done):
            raise Invalid("stays_done")
        _as_it_left_them(deed)
        changes = inverses([one.step for one in deed.done], visits)
        _no_other(opened.unit, changes)
        apply(opened.unit, (*_of_plans(deed), *changes), actor=actor, now=now)
        reopen(opened.unit, deed.repairs, {one.visit.public_id for one in changes})
        for one in changes:
            if one.visit.status is Status.DONE:
                missing.settle(opened.unit, one.visit.id, now=now)
        opened.keep(deed.done[0].visit)
        return tuple(dict.fromkeys(one.visit for one in deed.done))


def _as_it_left_them(deed: Deed) -> None:
    """Raises Conflict, with which of several visits were changed since, by their start."""
    changed = deed.changed
    if changed and len({one.visit for one in deed.done}) > 1:
        starts = [instant_of(one.starts).astimezone(zone(one.tz)) for one in changed]
        raise Conflict("some_changed_since", visits=[f"{each:%Y-%m-%d %H:%M}" for each in sorted(starts)])
    if changed:
        raise Conflict("changed_since")
    if deed.replanned:
        raise Conflict("plan_changed_since")


def _of_plans(deed: Deed) -> Iterator[Withdrawn | Narrowed]:
    """What leads back from what it did to plans."""
    for one in reversed(deed.plans):
        if one.session is None:
            yield Withdrawn(one.plan_id, one.current, one.patient_id)
        else:
            yield Narrowed(one.plan_id, one.current, one.session, one.left - 1)


def _deed(unit: Unit, request: str, actor: Actor, now: datetime) -> Deed:
    found = steps.deeds(unit.connection, actor.name, now - UNDOABLE_FOR, request)
    if not found:
        raise NotFound("change")
    return found[0]


def _visits(unit: Unit, deed: Deed) -> dict[int, Visit]:
    found = (loads.visit(unit.connection, public_id) for public_id in {one.visit for one in deed.done})
    return {visit.id: visit for visit in found}


def _hold(unit: Unit, request: str, actor: Actor, now: datetime) -> None:
    """All that the visits take, and all that they took before."""
    deed = _deed(unit, request, actor, now)
    visits, whose = _visits(unit, deed), set()
    for one in deed.done:
        visit = visits[one.step.visit_id]
        whose |= owners(visit.patient_id, visit.stretches)
        whose |= {("staff", staff_id) for _, _, staff_id, *_ in one.step.was if staff_id is not None}
        whose |= {("room", room_id) for _, _, _, room_id, *_ in one.step.was if room_id is not None}
    unit.hold(lane for lanes in loads.lanes(unit.connection, whose).values() for lane in lanes)


def _no_other(unit: Unit, changes: Sequence[Move | Turn]) -> None:
    """No session gets two visits. Raises Invalid(session_has_another)."""
    going = {one.visit.id for one in changes if isinstance(one, Turn) and one.status in GONE}
    for one in changes:
        if one.visit.status in GONE and one.visit.session_id is not None:
            others = loads.of_patient(unit.connection, one.visit.patient_id)
            if any(other.session_id == one.visit.session_id and other.id not in going for other in others):
                raise Invalid("session_has_another")
