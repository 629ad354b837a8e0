"""Sentences of visits: booking, moving, cancelling."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "some_changed_since": N_("Changed since then: {visits}. Nothing was undone: look at them, and decide again."),
    "plan_changed_since": N_("The course was changed since then, nothing was undone: look at it, and decide again."),
    "changed_since": N_("The visit was changed since then: look at it, and decide again."),
    "choose_a_reason": N_("Choose why the visit is cancelled."),
    "choose_a_time": N_("Choose one of the free times."),
    "not_at_location": N_("Your role does not hold at this location, nothing was changed: ask somebody there."),
    "nothing_pencilled": N_("Nothing of the course is pencilled any more: reload the course."),
    "interpreter_for": N_("Needed: an interpreter for {language}."),
    "overbook_reason": N_("Say why the time is given twice, or choose a free one."),
    "overbook_whom": N_("Choose the therapist whose time is given twice."),
    "reassessed_already": N_("This reassessment is done already: reload the course."),
    "reassessment_first": N_("The next visits wait for the reassessment: mark it as done first."),
    "segments_overlap": N_("{field}: two parts of the visit lie in the same time: let one follow the other."),
    "session_has_another": N_("The session has another visit by now: cancel that one first, or leave this one missed."),
    "slot_taken": N_("Somebody has that time now, nothing was booked: choose another."),
    "stays_done": N_("This cannot be undone from here: open the visit and change it."),
    "unknown_outcome": N_("{field}: after a reassessment the course goes on or stops: choose one."),
    "unknown_single": N_("{field}: there is no visit of the kind {name}: choose one from the list."),
    "visit_around": N_("{field}: set-up and clean-up take no less than 0 minutes."),
    "visit_ahead": N_("The visit lies ahead, on {on}: wait until then, or move or cancel it."),
    "visit_begins_as": N_("A new visit cannot begin as {status:name}: book, hold or pencil it."),
    "visit_empty": N_("{field}: the visit has no part: say what is done in it."),
    "visit_length": N_("{field}: the visit must end after it starts, within a day: choose its length again."),
    "visit_on_offer": N_("This time is on offer, and goes with the offer: take that back first, or note who takes it."),
    "visit_settled": N_("The visit is {status:name} and stays as it is: book another."),
    "visit_turns_to": N_("This cannot be done with the visit as it stands now: reload it."),
}
