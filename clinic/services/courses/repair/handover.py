"""Handing courses over for good: another lead, and a summary of what is known, which he acknowledges."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.access.idempotency import Once
from clinic.db.care import checkins, records
from clinic.db.courses import handovers
from clinic.db.courses.handovers import Given
from clinic.db.targets import targets_to
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import affected, loads
from clinic.domain.access.actors import Actor
from clinic.domain.courses.trouble import Kind, Trouble
from clinic.domain.errors import Forbidden
from clinic.domain.time import tick_floor
from clinic.domain.visits.changes import HandOver
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply.opening import opening

PERMISSION = "handover.acknowledge"


def changes_of(unit: Unit, trouble: Trouble, plan_ids: Collection[int]) -> list[tuple[HandOver, Given]]:
    """The plans that change hands with these visits: those that the one who leaves leads, or nobody."""
    if trouble.what is not Kind.HANDOVER:
        return []
    before = affected.named(unit.connection, trouble)
    after = affected.staff_key(unit.connection, trouble.to)
    found = []
    for plan in handovers.given(unit.connection, plan_ids):
        if plan.lead is None or (before is not None and plan.lead == before[0]):
            wishes = dict(plan.preferences)
            if wishes.get("therapist") == trouble.who:
                wishes["therapist"] = trouble.to
            found.append((HandOver(plan.id, plan.version, after, wishes), plan))
    return found


def keep(unit: Unit, plans: Sequence[tuple[HandOver, Given]], *, actor: Actor, now: datetime) -> None:
    """Tell the next therapist what is known, once the visits lie where they go."""
    for change, plan in plans:
        visits = loads.of_plan(unit.connection, plan.id)
        handovers.add(
            unit.connection,
            public_id=unit.public_id(),
            plan_id=plan.id,
            from_staff_id=plan.lead,
            to_staff_id=change.staff_id,
            summary=_summary(plan, visits, _response(unit, plan.id), to=change.staff_id, now=now),
            created_at=now,
            actor=actor.name,
        )


def _response(unit: Unit, plan_id: int) -> dict[str, Any] | None:
    """How the patient took to the course's last visit: as its record says, else as he told by himself."""
    signed, last = records.last_of_plan(unit.connection, plan_id), checkins.last_of_plan(unit.connection, plan_id)
    if signed is not None or last is None:
        return signed
    told = last.told[-1]
    return {"told": told.hours, "pain": told.pain, "soreness": told.soreness, "starts": last.starts}


def _summary(
    plan: Given, visits: Sequence[Visit], response: dict[str, Any] | None, *, to: int | None, now: datetime
) -> dict[str, Any]:
    """What is known of a course, and nothing else: where it is treated, what was set aside and why, how far it is, the
    last visit with what was done and where, the next to come, and the first with who takes over. How the patient took
    to it only a record or he himself can say: `response` is None where neither did, and nothing is made up."""
    done = [visit for visit in visits if visit.status is Status.DONE]
    to_come = (Status.PENCILLED, Status.BOOKED, Status.CONFIRMED)
    ahead = [visit for visit in visits if visit.status in to_come and visit.starts >= tick_floor(now)]
    return {
        "targets": [list(each) for each in plan.targets],
        "overrides": [list(each) for each in plan.overrides],
        "goals": plan.goals,
        "sessions": plan.sessions,
        "done": len(done),
        "last": _visit(done[-1]) if done else None,
        "response": response,
        "next": _visit(ahead[0]) if ahead else None,
        "first": next((_visit(visit) for visit in ahead if any(part.staff_id == to for part in visit.stretches)), None),
    }


def _visit(visit: Visit) -> dict[str, Any]:
    modalities = dict.fromkeys(modality.value for stretch in visit.stretches for modality in stretch.modalities)
    told = {"visit": visit.public_id, "starts": visit.starts, "tz": visit.tz, "modalities": list(modalities)}
    return told | {"targets": targets_to(visit.targets) if visit.needles else []}


@retrying
def acknowledge(begin: Begin, public_id: str, *, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """The next therapist has read it: by the account that is his, by anybody's who may where he has none. Raises
    NotFound, Forbidden."""
    actor.require(PERMISSION)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return
        account = handovers.owner(opened.unit.connection, public_id)
        if account is not None and actor.account != account:
            raise Forbidden(PERMISSION)
        plan = handovers.acknowledge(opened.unit.connection, public_id, by=actor.name, now=now)
        if plan is not None:
            entry = Entry(PERMISSION, "plan.handover_read", "plan", plan)
            audit.append(opened.unit.connection, [entry], actor=actor, now=now)
        opened.keep(public_id)
