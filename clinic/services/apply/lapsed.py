"""Times that were kept for a form too long are free from that moment on; whoever writes next writes it down."""

from datetime import datetime

from clinic.db.messages import jobs
from clinic.db.unit import Unit
from clinic.db.visits import kept, loads
from clinic.domain.access.actors import system
from clinic.domain.visits.changes import Turn
from clinic.domain.visits.visit import Status
from clinic.services.apply.holding import hold
from clinic.services.apply.write import apply


def give_back_lapsed(unit: Unit, *, now: datetime) -> None:
    """Release them, before anything is decided that could take their time."""
    for seen in loads.of_keys(unit.connection, kept.lapsed(unit.connection, now)):
        hold(unit, seen.patient_id, [seen])
        visit = loads.visit(unit.connection, seen.public_id)
        if visit.status is Status.HELD:
            apply(unit, (Turn(visit, Status.RELEASED),), actor=system("keep"), now=now)
            jobs.cancel(unit.connection, f"{kept.JOB}:{visit.public_id}")
