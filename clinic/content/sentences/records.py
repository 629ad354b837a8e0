"""Sentences of session records, measures and adverse events."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "amend_reason": N_("Say why the record is amended: what was signed stays beside it."),
    "count_unneeded": N_(
        "Nothing was needled, and the record counts needles: remove the counts, or say what was done."
    ),
    "event_closed": N_("The event is closed: record another one if there is more to say."),
    "event_unacknowledged": N_("Somebody has to acknowledge the event before it is closed."),
    "event_outcome": N_("Say what came of the event before it is closed."),
    "event_ahead": N_("The event began in the future by what was entered: correct its time."),
    "incident_due": N_("To be reported by {on}."),
    "incident_undated": N_("No deadline was found for this jurisdiction: ask the board."),
    "measure_off_scale": N_("{name}: enter a value from {low} to {high}."),
    "measure_unknown": N_("No measure is called {name}: choose one of the list."),
    "measures_missing": N_("Enter at least one measure: the decision rests on it."),
    "needles_unequal": N_(
        "{entered} needles went in and {out} came out: count again, or record the needle that stayed behind. "
        "Neither number is changed."
    ),
    "needling_unstated": N_(
        "The record of a needling says where, with which needles, and how many went in and came out: fill in {field}."
    ),
    "no_driving_first": N_(
        "Drowsiness or a faint is recorded: advise the patient not to drive, observe, and tick that it was said."
    ),
    "pain_unstated": N_("Pain before and after the visit belongs to every record: enter a number from 0 to 10."),
    "part_instead": N_("Say what was done instead, or that it was dropped."),
    "part_reason": N_("Say why this part was dropped or replaced."),
    "record_signed": N_("The record is signed: amend it with a reason instead."),
    "record_unsigned": N_("The record is not signed yet: change it directly."),
    "record_visit": N_("A visit that did not take place has no record."),
    "told_ahead": N_("Fewer than {hours} hours have passed since the visit: correct the hours."),
    "too_many_sites": N_("At most {most} sites fit in one record: put neighbouring ones together."),
}
