"""Sentences of the wait list, and of times that became free."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "choose_an_outcome": N_("Choose what came of the call."),
    "authorised_until_over": N_(
        "The visit lies after the last day that the payer authorised: ask for more, or agree who pays."
    ),
    "authorised_visits_used": N_(
        "The payer authorised fewer visits than this one's number: ask for more, or agree who pays."
    ),
    "identify_first": N_("Ask for the name and the date of birth, and say here that both are right."),
    "needling_left_out": N_("The visit was begun without its needling, and stays so: book the needling anew."),
    "offer_by_phone": N_("The time is less than a day away: call, a mail would be read too late."),
    "offer_over": N_("This offer is over: nothing was booked."),
    "offer_taken": N_("Somebody else took this time first: nothing was booked."),
    "offered_already": N_("The time is on offer or gone already: reload the page."),
    "offered_to_nobody": N_("{field}: nobody is left to offer it to by mail: choose somebody else, or call."),
    "waits_already": N_("The patient waits for that already: change the entry that is on the list."),
    "waits_for_what": N_("{field}: choose what the patient waits for."),
    "waits_no_longer": N_("The patient waits no longer: reload the list."),
}
