"""Public holidays of a region, as closures somebody may accept."""

from collections.abc import Sequence

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
    try:
        names = holidays.country_holidays(country).subdivisions_aliases
    except NotImplementedError:
        return said
    return next((code for name, code in names.items() if name.casefold() == said.casefold()), said)
