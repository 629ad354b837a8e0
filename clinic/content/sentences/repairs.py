"""Sentences of repairs: what a trouble must say, and what stands against a repair."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "handover_to_whom": N_("{field}: choose somebody else who takes the courses over."),
    "trouble_of_place": N_("{field}: a room or a location can only be closed."),
    "closed_by_days": N_(
        "A room or a location is closed by whole days: leave the times out, or do not enter the closure."
    ),
    "trouble_end": N_("{field}: an absence, a cover and a closure need a last day; a handover has none."),
    "repair_settled": N_("This repair is done with: enter the trouble anew to repair what is left."),
    "repair_needs_others": N_(
        "Its new time is held by another visit. If that one moves too, accept all; else enter the trouble anew."
    ),
    "nothing_affected": N_("No visit ahead is affected."),
}
