"""Stated limits of fields: each check returns the value it was given, or raises Invalid that names the field."""

import re
import unicodedata

from clinic.domain.errors import Invalid

SHORT = 64
LINE = 200
PARAGRAPH = 2000

_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}  # control characters, half pairs, line and paragraph separators


def whole(field: str, value: int, low: int, high: int) -> int:
    """A whole number, both ends included. Raises Invalid(out_of_range), Invalid(not_a_number)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid("not_a_number", field=field)
    if not low <= value <= high:
        raise Invalid("out_of_range", field=field, value=value, low=low, high=high)
    return value


def yes(field: str, value: bool) -> bool:
    """True or false. Raises Invalid(not_yes_or_no)."""
    if not isinstance(value, bool):
        raise Invalid("not_yes_or_no", field=field)
    return value


def text(field: str, value: str, limit: int, *, required: bool = False, breaks: str = "\n\t") -> str:
    """Text of at most `limit` characters, newlines and tabs allowed, other control characters not.

    Raises Invalid(text_missing), Invalid(text_too_long), Invalid(text_unprintable), Invalid(not_text).
    """
    if not isinstance(value, str):
        raise Invalid("not_text", field=field)
    if required and not value.strip():
        raise Invalid("text_missing", field=field)
    if len(value) > limit:
        raise Invalid("text_too_long", field=field, length=len(value), limit=limit)
    if not all(map(str.isprintable, value.split("\n"))):  # most texts are: seen at once, sign by sign only otherwise
        _check_signs(field, value, breaks)
    elif "\n" in value and "\n" not in breaks:
        raise Invalid("text_unprintable", field=field)
    return value


def seen(value: str) -> str:
    """The text without the marks that nobody sees, of direction and of no width, as they come along with what is copied
    from an address book."""
    return "".join(sign for sign in value if unicodedata.category(sign) != "Cf")


def _check_signs(field: str, value: str, breaks: str) -> None:
    if any(unicodedata.category(sign) in _UNPRINTABLE and sign not in breaks for sign in value):
        raise Invalid("text_unprintable", field=field)


def line(field: str, value: str, limit: int, *, required: bool = False) -> str:
    """Text without line breaks and tabs; the same faults."""
    return text(field, value, limit, required=required, breaks="")


def formed(field: str, value: str, form: re.Pattern[str], like: str) -> str:
    """Text that fits the form. Raises Invalid(text_malformed) with `like`, an example of what does."""
    if not isinstance(value, str):
        raise Invalid("not_text", field=field)
    if not form.fullmatch(value):
        raise Invalid("text_malformed", field=field, like=like)
    return value


def one_of(field: str, value: str, words: tuple[str, ...]) -> str:
    """One of the words. Raises Invalid(not_one_of)."""
    if value not in words:
        raise Invalid("not_one_of", field=field, allowed=", ".join(words))
    return value
