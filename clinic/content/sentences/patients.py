"""Sentences of people who come to be treated."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "address_malformed": N_("{field}: this is not a mail address: write it as name@example.org."),
    "birth_in_future": N_("The birth date {birth_on} lies in the future: correct it."),
    "birth_too_early": N_("The birth date {birth_on} lies more than {years} years ago: correct it."),
    "birth_date_partial": N_("{field}: year, month and day of a day that exists are needed, not {found}."),
    "csv_empty": N_("The table has no line below its headings: choose another file."),
    "csv_too_long": N_("The table has more than {limit} lines: split it."),
    "csv_unreadable": N_("This is not a table as spreadsheets write it: save it as CSV, and choose that file."),
    "csv_without_columns": N_(
        "The table has no column for: {lacking}. Name the columns in the first line, such as family name, birth date."
    ),
    "duplicate_in_file": N_("Line {line} tells of the same person in other words: keep one of the two."),
    "identifiers_of_two": N_("The identifiers belong to two patients that are known already: correct them."),
    "patient_known": N_(
        "Somebody with this birth date is called so, or almost so: choose them, or say that this is somebody else."
    ),
    "not_a_patient": N_("This is no Patient of FHIR R4: leave it out."),
    "own_relative": N_("{field}: nobody is a relative of himself: choose another patient."),
    "patient_ambiguous": N_("{count} patients fit: name one by the public id or an identifier. They are {choices}."),
    "patient_inactive": N_("The record is marked as no longer in use: leave it out, or mark it active."),
    "patient_without_identifier": N_(
        "There is no identifier with a system and a value: add one, so that a second import finds the person again."
    ),
    "required_without_choice": N_("{field} is required, but none is chosen: choose one, or do not require it."),
    "weekday_missing": N_("{field}: choose the weekday of each row, or empty its times."),
    "unknown_patient": N_("There is no such patient: choose one of the list."),
    "too_many_identifiers": N_("{field}: a person has at most {limit} identifiers: remove those no longer used."),
}
