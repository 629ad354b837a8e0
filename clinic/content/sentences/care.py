"""Sentences of the safety rules."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "cap_reached": N_(
        "The course has the {cap} needling sessions it may have before a review: hold the review, then book."
    ),
    "muscles_loaded_near": N_(
        "A visit of the course {days} days before or after trains the same muscles, and {least} days are their rest: "
        "choose another day, or give a reason."
    ),
    "needled_recently": N_(
        "The same region is needled {hours} hours before or after, and {least} are usual: "
        "choose another time, or give a reason."
    ),
    "needled_within_a_day": N_(
        "The same region is needled {hours} hours before or after: choose a time at least {least} hours away."
    ),
    "patient_deceased": N_("The patient has died: nothing can be planned or booked."),
    "patient_restricted": N_("The record is restricted: nothing can be planned or booked until that is lifted."),
    "recheck_first": N_(
        "The visit before is {days} days away, where at most {most} were planned: look at the course again first."
    ),
    "rule_misstated": N_("{field}: the rule's level and stage must be those the software applies: correct the list."),
}
