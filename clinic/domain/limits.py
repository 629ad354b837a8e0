"""Stated limits of fields: each check returns the value it was given, or raises Invalid that names the field."""

from clinic.domain.errors import Invalid

SHORT = 64
LINE = 200
PARAGRAPH = 2000


def whole(field: str, value: int, low: int, high: int) -> int:
    """A whole number, both ends included. Raises Invalid(out_of_range), Invalid(not_a_number)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid("not_a_number", field=field)
    if not low <= value <= high:
        raise Invalid("out_of_range", field=field, value=value, low=low, high=high)
    return value


def text(field: str, value: str, limit: int, *, required: bool = False) -> str:
    """Text of at most `limit` characters, newlines and tabs allowed, other control characters not.

    Raises Invalid(text_missing), Invalid(text_too_long), Invalid(text_unprintable), Invalid(not_text).
    """
    if not isinstance(value, str):
        raise Invalid("not_text", field=field)
    if required and not value.strip():
        raise Invalid("text_missing", field=field)
    if len(value) > limit:
        raise Invalid("text_too_long", field=field, length=len(value), limit=limit)
    if any((ord(sign) < 32 and sign not in "\n\t") or ord(sign) == 127 for sign in value):
        raise Invalid("text_unprintable", field=field)
    return value
