"""A course that somebody decides about: its patient held first, then the plan read as it was seen."""

from clinic.db.courses import reads
from clinic.db.courses.reads import PlanRow
from clinic.db.unit import Unit
from clinic.services.apply.holding import hold
from clinic.services.apply.opening import as_seen


def hold_patient_of(unit: Unit, plan: str) -> None:
    """Hold its patient, for what moves no visit. Raises NotFound."""
    hold(unit, reads.plan_row(unit.connection, plan).patient_id, ())


def seen_plan(unit: Unit, plan: str, version: int) -> PlanRow:
    """The plan as the actor saw it. Raises NotFound, Stale."""
    return as_seen("plan", reads.plan_row(unit.connection, plan), version)
