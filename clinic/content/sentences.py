"""What each code says to people, and what to do about it."""

from collections.abc import Callable, Mapping
from typing import Final

from clinic.domain.errors import ClinicError, Invalid


def N_(words: str) -> str:  # noqa: N802 - the marker gettext's tools look for
    """Marks words for translation and leaves them as they are."""
    return words


SENTENCES: Final[dict[str, str]] = {
    "database_behind": N_(
        "The database is at revision {found} and this version needs {known}: run `clinic db upgrade`."
    ),
    "database_newer": N_("The database is of a newer version ({found}; this one knows {known}): install that version."),
    "database_unavailable": N_(
        "The database cannot be reached or written: check that it runs and has space, then try again."
    ),
    "database_url": N_("{field} must be postgresql://… or sqlite:////absolute/path.db."),
    "email_form": N_("This is not a mail address: write it as name@clinic.example."),
    "email_taken": N_("An account with this address exists already: choose another address."),
    "file_fault": N_("{file}: {why}. Check the path and its permissions, then try again."),
    "forbidden": N_("Your role does not allow this ({permission}): ask an administrator."),
    "guard_missing": N_(
        "The database does not protect itself ({guards}): restore a backup or ask for help before serving it."
    ),
    "not_a_number": N_("{field} must be a whole number."),
    "not_found": N_("There is no such {what} here, or it is not yours to see."),
    "not_one_of": N_("{field} must be one of {allowed}."),
    "out_of_range": N_("{field} must lie between {low} and {high}, not {value}."),
    "password_common": N_(
        "Too many people have this password: choose another, best three or four words ({advised} characters)."
    ),
    "password_long": N_("A password has at most {limit} characters: choose a shorter one."),
    "password_short": N_("A password has at least {limit} characters, better {advised}: choose a longer one."),
    "passwords_differ": N_("The two passwords differ: type the same one twice."),
    "password_yours": N_(
        "The password is your name or address: choose another, best three or four words ({advised} characters)."
    ),
    "public_url": N_("{field} must be http(s)://host with no path, the address people reach the system at."),
    "roles_missing": N_("The database has no roles yet: run `clinic db upgrade`."),
    "secret_short": N_("{field} has {length} characters and needs {limit}: docs/settings.md says how to make one."),
    "setting_missing": N_("{field} is not set: docs/settings.md says what it holds."),
    "sign_in_failed": N_("That address and password do not go together: check both and try again."),
    "slot_taken": N_("Somebody has that time now, nothing was booked: choose another."),
    "smtp_url": N_("{field} must be smtp://host, smtps://host or dir:///path."),
    "too_many_tries": N_("Too many tries: wait {minutes} minutes, then try again."),
    "unknown_role": N_("There is no such role: choose one of {allowed}."),
}


def sentence(
    error: ClinicError | str,
    params: Mapping[str, object] | None = None,
    gettext: Callable[[str], str] = lambda words: words,
) -> str:
    """The sentence of an error or of a code; a code without one is made readable."""
    code, given = (error.code, dict(error.params)) if isinstance(error, ClinicError) else (error, dict(params or {}))
    if code == "several_faults":
        return "\n".join(sentence(fault, gettext=gettext) for fault in given["faults"])  # type: ignore[attr-defined]
    if isinstance(error, Invalid):
        given["field"] = error.field or "-"
    words = gettext(SENTENCES[code]) if code in SENTENCES else code.replace("_", " ")
    return words.format_map(given)
