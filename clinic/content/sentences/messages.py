"""Sentences of mails, calendars and aftercare notes."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "alarm_after_start": N_("{field}: a reminder comes before the visit: give a time before it."),
    "birth_date_other": N_("{field}: this is not the date of birth of the visit’s patient."),
    "by_phone_only": N_("The patient cannot change this visit through its link any more: it is done on the phone."),
    "emergency_number_missing": N_(
        "The location has no emergency number, and the urgent help needs it: add it to the location."
    ),
    "feed_level": N_("{field}: the patient’s own calendar shows less, up to level {limit}: choose that or less."),
    "feed_level_unsaid": N_(
        "{field}: treatment and notes are shown to a relative only where the patient says so: ask, then tick it."
    ),
    "feed_not_permitted": N_(
        "{field}: the patient has not permitted this relative to read the calendar: note the permission first."
    ),
    "label_tells": N_("{field}: “{term}” says what is treated: choose another name."),
    "imap_plaintext": N_("{field}: the mailbox at {host} would be read unencrypted: use imaps:// or add ?starttls."),
    "imap_url": N_("{field}: write imaps://user:password@host/INBOX, with what is not ASCII left out of it."),
    "note_names": N_("{field}: “{term}” says what its readers may not see: use other words."),
    "note_same": N_("Nothing in the note is different: change it, or leave it."),
    "letter_forgotten": N_("This mail is too old to be sent again: tell the patient by phone."),
    "letter_overtaken": N_("What holds now is told by a later mail or at another address: this one would mislead."),
    "urgent_less": N_(
        "{field}: there is less about urgent help than in the shipped note, {most} lines at least: reword or add to it."
    ),
    "urgent_missing": N_("{field}: a note about needling says when to get help: add it."),
    "lmtp_address": N_("{field}: write 127.0.0.1:2424, or unix:/path of a socket."),
    "lmtp_public": N_("{field}: {host} is open to others: listen on this machine or in a private network."),
    "method_against_status": N_("An entry that is {status} cannot be sent as {method}."),
    "method_mismatch": N_("{field}: the calendar part does not say {method}, as its mail does."),
    "reply_unreadable": N_("This is no answer to an invitation that can be read."),
    "sandbox_failed": N_("It cannot be read: it is damaged, or not what it should be. Export it again."),
    "sandbox_memory": N_("It takes too much memory to read: export a smaller part of it."),
    "sandbox_time": N_("It takes too long to read: export a smaller part of it."),
    "smtp_option": N_("{field}: {options} is no option: use ?starttls or ?plaintext=allowed."),
    "smtp_plaintext": N_("{field}: mail to {host} would travel unencrypted: use smtps:// or add ?starttls."),
    "too_many_feeds": N_("There are {limit} calendars already: close one that is no longer used."),
    "uid_repeated": N_("{field}: two entries of one calendar have the same id."),
    "unknown_language": N_("{field}: {name} is no language: write it as en or de-CH."),
    "unknown_placeholder": N_("{field}: {name} cannot be filled in: use {{emergency_number}} or {{practice_phone}}."),
    "zone_undescribed": N_("{name} has no yearly rules: its times are sent in UTC."),
}
