"""Sentences of people who come to be treated."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "address_malformed": N_("{field}: this is not a mail address: write it as name@example.org."),
    "birth_in_future": N_("The birth date {birth_on} lies in the future: correct it."),
    "birth_too_early": N_("The birth date {birth_on} lies more than {years} years ago: correct it."),
    "required_without_choice": N_("{field} is required, but none is chosen: choose one, or do not require it."),
    "too_many_identifiers": N_("{field}: a person has at most {limit} identifiers: remove those no longer used."),
}
