"""What somebody may do, by name, and what the shipped roles grant. A practice's own roles are data beside these."""

from typing import Final

ROLES: Final[dict[str, frozenset[str]]] = {
    "therapist": frozenset(
        {
            "board.read",
            "patient.read",
            "patient.write",
            "plan.read",
            "plan.write",
            "protocol.edit",
            "visit.read",
            "visit.book",
            "visit.overbook",
            "visit.move",
            "visit.cancel",
            "visit.flow",
            "reassessment.mark",
            "record.read",
            "record.write",
            "event.read",
            "event.write",
            "rule.override",
            "screening.write",
            "consent.write",
            "worklist.read",
            "handover.acknowledge",
            "feed.create",
            "feed.own",
            "busy.write",
            "task.read",
            "task.write",
            "note.edit",
            "practice.read",
        }
    ),
    "front desk": frozenset(
        {
            "board.read",
            "patient.read",
            "patient.write",
            "plan.read",
            "plan.write",
            "visit.read",
            "visit.book",
            "visit.overbook",
            "visit.move",
            "visit.cancel",
            "visit.flow",
            "screening.write",
            "consent.write",
            "worklist.read",
            "repair.run",
            "billing.read",
            "feed.create",
            "mail.read",
            "mail.send",
            "task.read",
            "task.write",
            "practice.read",
        }
    ),
    "assistant": frozenset(
        {"board.read", "patient.read", "plan.read", "visit.read", "practice.read", "feed.own", "busy.write"}
    ),
}

PERMISSIONS: Final[frozenset[str]] = frozenset().union(*ROLES.values()) | {
    "practice.write",
    "account.write",
    "rule.override",
    "health.read",
    "visit.answer",
    "checkin.give",
}

ADMIN: Final = "admin"


def granted(role: str) -> frozenset[str]:
    """What a shipped role grants; the admin everything, an unknown role nothing."""
    return PERMISSIONS if role == ADMIN else ROLES.get(role, frozenset())
