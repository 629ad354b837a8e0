"""A phase of a course that waited for a decision is released: its sessions are ones to place from then on."""

from datetime import datetime
from functools import partial
from typing import Final

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.courses.release import Released, added, offsets
from clinic.domain.errors import Invalid
from clinic.services.apply import apply
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen, opening

OPEN: Final = ("active", "completed")
"""A course that is complete goes on with a phase that is released; one that was stopped does not."""


def _hold(unit: Unit, plan: str) -> None:
    seen = reads.plan_row(unit.connection, plan)
    hold(unit, seen.patient_id, loads.of_plan(unit.connection, seen.id))


@retrying
def release(
    begin: Begin,
    plan: str,
    phase: str,
    reason: str,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """The phase with that name is given, for the reason that its criterion is met, and what waited for it alone
    follows. Nothing is booked: that is for `replan`, behind what stands.

    Raises NotFound, Stale, Invalid(plan_settled, unknown_phase, phase_released, and a reason that is missing).
    """
    with opening(begin, partial(_hold, plan=plan), once=once, now=now) as opened:
        if opened.done is None:
            apply(opened.unit, (_released(opened.unit, plan, phase, reason, version),), actor=actor, now=now)
            opened.keep(plan)


def _released(unit: Unit, public_id: str, phase: str, reason: str, version: int) -> Released:
    plan = as_seen("plan", reads.plan_row(unit.connection, public_id), version)
    if plan.status not in OPEN:
        raise Invalid("plan_settled", status=plan.status)
    rows = [row for row in reads.sessions(unit.connection, plan.id) if row.kind == "treatment"]
    placed = {row.phase for row in rows}
    sessions = added(plan.protocol, placed, phase, rows[-1].ordinal if rows else 0)
    placed |= {one.phase.name for one in sessions}
    due = offsets(plan.protocol, placed)
    return Released(plan.id, plan.version, plan.patient_id, phase, reason, sessions, due)
