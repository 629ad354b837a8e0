"""An interpreter for one visit: somebody at the desk asks for one."""

from datetime import datetime
from typing import Final

from clinic.db.messages import tasks
from clinic.db.unit import Unit
from clinic.db.visits import loads

TASK: Final = "interpreter"


def ask_for_interpreter(unit: Unit, public_id: str, language: str, *, now: datetime) -> None:
    """Raise the task for a visit that was just booked; none without a language."""
    if not language:
        return
    visit = loads.visit(unit.connection, public_id)
    tasks.put(
        unit.connection,
        TASK,
        f"{TASK}:{public_id}",
        patient_id=visit.patient_id,
        appointment_id=visit.id,
        detail={"code": "interpreter_for", "language": language},
        public_id=unit.public_id(),
        now=now,
    )
