"""Writing what goes with a plan: home programme, what was told, who pays, phases released; with the audit trail's
entry."""

from datetime import datetime

from clinic.db.access.audit import Entry
from clinic.db.courses import writes
from clinic.db.unit import Unit
from clinic.db.visits import loads
from clinic.db.visits.steps import PLAN_UNDONE
from clinic.domain.access.actors import Actor
from clinic.domain.courses.cover import Covered
from clinic.domain.courses.home import Planned, Prescribed
from clinic.domain.courses.release import Released
from clinic.domain.courses.withdrawn import Narrowed, Withdrawn
from clinic.services.apply.owed import show_anew


def write(unit: Unit, change: Planned, *, actor: Actor, now: datetime) -> Entry:
    """Write one change. Raises Stale."""
    seen = change.plan_version
    writes.touch(unit.connection, change.plan_id, seen)
    if isinstance(change, Prescribed):
        writes.prescribe(unit.connection, change)
        detail: dict[str, object] = {"exercises": len(change.exercises)}
        return Entry(change.permission, "plan.home", "plan", change.plan_id, None, detail)
    if isinstance(change, Covered):
        writes.cover(unit.connection, change)
        return Entry(change.permission, "plan.cover", "plan", change.plan_id, None, {"visits": change.cover.visits})
    if isinstance(change, Released):
        ids = [unit.public_id() for _ in change.sessions]
        writes.release(unit.connection, change, ids, actor.name, now)
        show_anew(unit, loads.of_plan(unit.connection, change.plan_id))  # each visit is one of more now
        told: dict[str, object] = {"phase": change.phase, "sessions": len(change.sessions)}
        return Entry(change.permission, "plan.release", "plan", change.plan_id, change.patient_id, told)
    if isinstance(change, Withdrawn):
        writes.stop(unit.connection, change.plan_id)
        return Entry(
            change.permission, PLAN_UNDONE, "plan", change.plan_id, change.patient_id, {"version": seen + 1, "as": 0}
        )
    if isinstance(change, Narrowed):
        writes.narrow(unit.connection, change.session_id)
        led = {"session": change.session_id, "version": seen + 1, "as": change.as_of}
        return Entry(change.permission, PLAN_UNDONE, "plan", change.plan_id, None, led)
    writes.told(unit.connection, change, actor.name, now)
    return Entry(change.permission, "plan.told", "plan", change.plan_id, None, {"text": change.text_version})
