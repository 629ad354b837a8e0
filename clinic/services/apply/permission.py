"""Which permission a change needs."""

from typing import Final

from clinic.domain.care.changes import Written
from clinic.domain.courses.home import Planned
from clinic.domain.courses.offer import Outcome
from clinic.domain.visits.changes import Answered, Book, Change, HandOver, Move, Open, Reassessed, Settled, Widen
from clinic.domain.visits.visit import FLOW, Status
from clinic.domain.visits.waiting_changes import Waited

PERMISSION: Final = {
    Status.CANCELLED: "visit.cancel",
    Status.RELEASED: "visit.cancel",
    Status.BOOKED: "visit.book",
    Status.PENCILLED: "visit.book",
} | dict.fromkeys(FLOW, "visit.flow")
"""Of what becomes of a visit."""


def permission_of(change: Change) -> str:
    """Of one change; a step that is undone needs what the step needed."""
    if isinstance(change, Written | Planned | Waited):
        return change.permission
    match change:
        case Open() | HandOver():
            return "plan.write"
        case Book():
            return "visit.overbook" if change.overbooks else "visit.book"
        case Move() | Widen():
            return "visit.move"
        case Answered():
            return "visit.answer"
        case Reassessed():
            return "reassessment.mark"
        case Settled():
            return "visit.book" if change.outcome is Outcome.ACCEPTED else "visit.cancel"
    if change.back:
        return PERMISSION[change.visit.status]
    return "visit.flow" if change.visit.status is Status.NO_SHOW else PERMISSION[change.status]
