"""What patients tell after a visit, on the phone or at the next one."""

from datetime import datetime, timedelta
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Answer
from clinic.domain.care.response import Told
from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.services.apply import apply
from clinic.services.apply.opening import opening
from clinic.services.care.held import ANSWERED, hold
from clinic.services.care.records import hold_record, writing


@retrying
def tell(begin: Begin, public_id: str, told: Told, *, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """Keep what was told of a visit; new signs hold the needling ahead until somebody clears them.

    Raises NotFound, Invalid(record_visit, told_ahead: so long ago it was not).
    """
    with opening(begin, partial(hold_record, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        visit = writing(opened.unit, public_id).visit
        if instant_of(visit.starts) + timedelta(hours=told.hours) > now:
            raise Invalid("told_ahead", field="hours", hours=told.hours)
        apply(opened.unit, (Answer(visit.id, visit.patient_id, told),), actor=actor, now=now)
        if told.signs:
            hold(opened.unit, visit.patient_id, ANSWERED, opened.unit.public_id(), now=now)
        opened.keep(public_id)
