"""Outcome measures: taken at the start of a course and at its reassessments."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.courses import reads
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Measured
from clinic.domain.care.measures import measure_named
from clinic.domain.errors import Invalid
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.courses.seen import hold_patient_of


@retrying
def take(
    begin: Begin,
    plan: str,
    values: Mapping[str, str],
    *,
    on: date,
    session: int | None = None,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> int:
    """Keep what was entered by name, empty ones left out; how many. Another value of the same day takes its place.

    Raises NotFound, Invalid(measures_missing, measure_unknown, measure_off_scale).
    """
    taken = {name: measure_named(name).tenths(value) for name, value in values.items() if value.strip()}
    if not taken:
        raise Invalid("measures_missing")
    with opening(begin, partial(hold_patient_of, plan=plan), once=once, now=now) as opened:
        if opened.done is not None:
            return len(taken)
        seen = reads.plan_row(opened.unit.connection, plan)
        changes = tuple(Measured(seen.id, seen.patient_id, session, name, tenths, on) for name, tenths in taken.items())
        apply(opened.unit, changes, actor=actor, now=now)
        opened.keep(plan)
        return len(taken)
