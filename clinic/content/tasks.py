"""What each kind of task says: what happened, and what to do about it."""

from typing import Final, NamedTuple

from clinic.content.marker import N_


class Words(NamedTuple):
    """`title` names what happened, `todo` what somebody should do; both are message ids."""

    title: str
    todo: str


KINDS: Final[dict[str, Words]] = {
    "visit_declined": Words(
        N_("The patient declined the visit"),
        N_("The visit is still booked. Call the patient, then move or cancel it, or note that it stands."),
    ),
    "visit_counter": Words(
        N_("The patient proposes another time"),
        N_("The calendar program sent a counter-proposal, and the visit is unchanged. Call the patient."),
    ),
    "visit_cancelled": Words(
        N_("The patient cancelled the visit"),
        N_("The time is free again. Call the patient about another one, where the course needs it."),
    ),
    "interpreter": Words(
        N_("An interpreter is needed for a visit"),
        N_("Book one for its time. Where the visit has moved or is cancelled by now, tell the interpreter."),
    ),
    "tell_patient": Words(
        N_("The patient has to be told by hand"),
        N_("Visits changed, and no mail or message goes to this patient. Call, or hand out a card with the dates."),
    ),
    "busy_clash": Words(
        N_("The therapist is busy at the time of a visit"),
        N_("The visit is still booked. Ask the therapist, then move the visit, or note that it stands."),
    ),
    "busy_stale": Words(
        N_("A therapist's own calendar cannot be read"),
        N_("Ask the therapist to look at its address: what was last known of it still blocks times."),
    ),
    "mail_bad_address": Words(
        N_("The e-mail address does not exist"),
        N_("Ask the patient for the right address and correct it: what is owed then goes there."),
    ),
    "mail_refused": Words(
        N_("A mail was refused"),
        N_("The patient's mail server does not want it. Tell the patient by phone, or try again later."),
    ),
    "mail_unclear": Words(
        N_("A mail did not get through"),
        N_("The server gave no clear reason. Tell the patient by phone, then look at the outbox."),
    ),
    "mail_too_old": Words(
        N_("A mail could not be delivered for three days"),
        N_("Tell the patient by phone what it said, then look at the outbox."),
    ),
    "visit_clock": Words(
        N_("The clock shows another time for the visit than was promised"),
        N_("New time zone data changed the clock. Decide with `clinic time` which holds, the time or the moment."),
    ),
    "visit_clock_told": Words(
        N_("The patient was promised another time of day"),
        N_("New zone data changed the clock, and the visit stays where it is. Tell the patient its new time by phone."),
    ),
    "needling_held": Words(
        N_("Needling of a visit is on hold"),
        N_("Look at the visit: ask, give a reason there, or treat without needling. The rest of it stands."),
    ),
    "event_alarm": Words(
        N_("An event waits to be acknowledged"),
        N_("Open the list of events, read it, act, and acknowledge it by name."),
    ),
    "checkin_signs": Words(
        N_("A patient told of something after a visit"),
        N_("Read it with the visit's record. Where it is an adverse event, grade and record it there."),
    ),
    "event_incident": Words(
        N_("An incident is open"),
        N_("Report it where that is asked, and close it in the list of events with what came of it."),
    ),
    "record_missing": Words(
        N_("A visit is over, and its record is missing"),
        N_("Its therapist writes and signs it: the visit leads there, and the therapist's day lists it until then."),
    ),
    "name_tells": Words(
        N_("The practice's name says what is treated"),
        N_("Calendars and mails show its neutral name instead. See in its set-up that this is the one patients know."),
    ),
    "notes_lacking": Words(
        N_("Notes are lacking in a patient's language"),
        N_("These patients read them in English, and are told so. Write the notes in that language."),
    ),
}
"""A new kind of task is written here."""


def words(kind: str) -> Words:
    """What a kind says; one that is not known is made readable."""
    return KINDS.get(kind) or Words(kind.replace("_", " ").capitalize(), N_("See what is said about it."))
