"""Public holidays of a region, as closures somebody may accept."""

from collections.abc import Mapping, Sequence

import holidays

from clinic.domain.errors import Invalid
from clinic.domain.practice.places import Closure


def public_holidays(country: str, subdivision: str, years: Sequence[int]) -> tuple[Closure, ...]:
    """A closure for each, by date, named in the region's own language. Raises Invalid(holidays_unknown)."""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError as error:  # so the library says that it does not know the region
        region = f"{country}-{subdivision}" if subdivision else country
        raise Invalid("holidays_unknown", field="public_holidays", region=region) from error
    return tuple(Closure(day, day, name) for day, name in sorted(found.items()))


def region_code(country: str, said: str) -> str:
    """The code of a region that is called by its name; what is not known stays as it was said."""
    return next((code for name, code in _names(country).items() if name.casefold() == said.casefold()), said)


def region_name(country: str, code: str) -> str:
    """What a region is called there, the first name that is no abbreviation; the code where none is known."""
    return next((name for name, of in _names(country).items() if of == code and not name.isupper()), code)


def is_region(country: str, code: str) -> bool:
    """Whether a country has a region of that code, as far as its holidays are known."""
    return code in _names(country).values()


def _names(country: str) -> Mapping[str, str]:
    """The code of each region by what it is called; one may have several names."""
    try:
        return holidays.country_holidays(country).subdivisions_aliases
    except NotImplementedError:
        return {}
