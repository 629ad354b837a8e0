"""What fields of forms and things are called in front of people, where a code alone would name them."""

from typing import Final

from clinic.content.marker import N_

FIELDS: Final[dict[str, str]] = {
    "accepted_by": N_("Who says yes"),
    "capacity": N_("Signed by the"),
    "ends_minute": N_("Until"),
    "first": N_("From"),
    "gauge": N_("Gauge in mm"),
    "given_by": N_("Name of who signs"),
    "grade": N_("How bad it is"),
    "how": N_("How"),
    "kind": N_("What"),
    "last": N_("Until"),
    "length": N_("Length in mm"),
    "level": N_("Level"),
    "modality": N_("What it is for"),
    "name": N_("Name"),
    "needles_in": N_("Needles in"),
    "needles_out": N_("Needles out"),
    "onset_on": N_("Since the day"),
    "reason": N_("Reason"),
    "side": N_("Side"),
    "region": N_("Region"),
    "sites": N_("Where"),
    "start": N_("Start from"),
    "starts_minute": N_("From"),
    "title": N_("Title"),
    "titles": N_("Therapists’ calendars call a patient by"),
    "urgency": N_("Urgency"),
    "urgent": N_("When to get help now"),
    "waiting": N_("Whom to offer it to"),
    "what": N_("What"),
    "who": N_("Who"),
}

THINGS: Final[dict[str, str]] = {
    "checkin": N_("check-in"),
    "freed": N_("free time"),
    "plan": N_("course"),
    "resource": N_("person or room"),
    "screening": N_("list of answers"),
    "staff": N_("member of staff"),
    "waiting": N_("entry of the wait list"),
}
