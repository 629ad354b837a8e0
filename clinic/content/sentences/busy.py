"""Sentences of therapists' own calendars."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "busy_address": N_(
        "{field}: this is no address of a calendar: give the whole https:// address, without a name, password or port."
    ),
    "busy_clash": N_("In {therapist}'s own calendar from {starts} to {ends} by now."),
    "busy_cut_off": N_("The calendar stops in the middle: it is tried again, or export it again."),
    "busy_denied": N_("The calendar's server refuses to show it: make a new secret address and enter that."),
    "busy_empty": N_("The calendar was suddenly empty: what was known is kept until it is empty twice in a row."),
    "busy_gone": N_("There is no calendar at the address any more: enter its new address."),
    "busy_long_line": N_("The calendar has a line of more than {most_kb} KB: export it again, or a part of it."),
    "busy_many_components": N_("The calendar has more than {most} entries: publish only the coming months of it."),
    "busy_many_dates": N_("The calendar lists more than {most} single dates: publish only the coming months of it."),
    "busy_nested": N_("The calendar's entries stand inside each other, more than {most} deep: export it again."),
    "busy_not_calendar": N_(
        "What is there is no calendar, perhaps a sign-in page: give the address that ends in .ics."
    ),
    "busy_not_public": N_("{field}: the address does not lead to the public internet: give the calendar's public one."),
    "busy_often": N_("An entry of the calendar repeats more often than daily: change it to a daily one, or remove it."),
    "busy_old_rule": N_("An entry repeats since before {year}: let it begin later."),
    "busy_redirects": N_("The address leads on and on, to more than {most} others: give the last one."),
    "busy_rule": N_("An entry of the calendar repeats by a rule that cannot be followed: make it simpler."),
    "busy_skipped": N_("{count} of the entries cannot be read, and block nothing: look at them in the calendar."),
    "busy_skipped_one": N_("One of the entries cannot be read, and blocks nothing: look at it in the calendar."),
    "busy_slow": N_("The calendar's server did not answer in {seconds} seconds: it is tried again."),
    "busy_stale": N_("{therapist}'s calendar “{calendar}” could not be read for a day; what was known still blocks."),
    "busy_status": N_("The calendar's server answered with error {status}: it is tried again."),
    "busy_too_large": N_("The calendar is larger than {most_mb} MB: publish only the coming months of it."),
    "busy_too_many": N_("The calendar has more than {most} dates in the coming months: publish only busy times."),
    "busy_unencrypted": N_("The calendar's server cannot prove who it is, so nothing was read: it is tried again."),
    "busy_unreachable": N_("The calendar's server cannot be reached: it is tried again."),
    "busy_unreadable": N_("None of the calendar's entries can be read: export it again."),
    "busy_zones": N_("Some times name a zone that nobody knows ({zones}): they were taken as times in {tz}."),
    "too_many_calendars": N_("There are {limit} calendars already: remove one that is no longer used."),
}
