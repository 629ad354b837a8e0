"""A draft as it is kept and shown: public ids instead of keys."""

from clinic.domain.courses.repair import Help, Moving, Proposal, Unplaced, Where
from clinic.domain.visits.visit import Visit
from clinic.services.courses.needs import lead_of, needs_of_visit
from clinic.services.courses.repair.answer import Draft, Left


def proposal_of(draft: Draft) -> Proposal:
    """The moves and who has no place, each by the start that it had."""
    moves = [
        Moving(
            old.public_id, old.version, draft.names["patient", old.patient_id], _where(draft, old), _where(draft, new)
        )
        for old, new in draft.moved.values()
    ]
    moves.sort(key=lambda each: (each.was.starts, each.visit))
    left = [_unplaced(draft, each) for each in draft.left]
    return Proposal(tuple(moves), tuple(sorted(left, key=lambda each: (each.was.starts, each.visit))))


def _unplaced(draft: Draft, left: Left) -> Unplaced:
    visit = left.visit
    helps = tuple(Help(each.code, each.start, each.days) for each in left.remedies)
    params = {name: value if isinstance(value, int) else str(value) for name, value in left.reason.params.items()}
    patient = draft.names["patient", visit.patient_id]
    return Unplaced(visit.public_id, patient, _where(draft, visit), left.reason.code, params, helps)


def _where(draft: Draft, visit: Visit) -> Where:
    """With the therapist and the room of the part that leads."""
    lead = visit.stretches[lead_of(needs_of_visit(visit))]
    therapist = draft.names.get(("staff", lead.staff_id or 0), "")
    return Where(visit.starts, visit.ends, therapist, draft.names.get(("room", lead.room_id or 0), ""))
