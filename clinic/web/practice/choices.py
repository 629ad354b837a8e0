"""What is chosen from a list that everybody knows: countries and time zones."""

from typing import Final
from zoneinfo import available_timezones

from flask_babel import get_locale, gettext

from clinic.web.practice.entries import Options

AREAS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
"""What names of time zones begin with; others are kept for old programs."""
NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes that name groups of countries, or none."""


def zones(known: str = "") -> Options:
    """Time zones by name; `known` is among them, whatever it is."""
    named = {each for each in available_timezones() if each.partition("/")[0] in AREAS and "/" in each}
    return _unchosen(known) + [(each, each.replace("_", " ")) for each in sorted(named | ({known} - {""}))]


def countries(known: str = "") -> Options:
    """Countries by code, in the order of their names."""
    locale = get_locale()
    names = dict(locale.territories) if locale else {}
    found = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    found = {known: known} | {code: name for code, name in found.items() if code not in NO_COUNTRIES}
    return _unchosen(known) + sorted(((code, found[code]) for code in found if code), key=lambda each: each[1])


def _unchosen(known: str) -> list[tuple[str, str]]:
    return [] if known else [("", gettext("Choose"))]
