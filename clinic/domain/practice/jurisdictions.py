"""Where law counts: ISO 3166 codes; what a country says (US) counts in all its parts (US-FL), unless these say more."""

from collections.abc import Collection
from datetime import date
from typing import Protocol, TypeVar


class Rule(Protocol):
    """What a jurisdiction says; both dates are included, None is without an end."""

    @property
    def jurisdiction(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...


Found = TypeVar("Found", bound=Rule)


def reaches(jurisdiction: str, there: str) -> bool:
    """Whether what the jurisdiction says counts there."""
    return f"{there}-".startswith(f"{jurisdiction}-")


def nearest(rules: Collection[Found], there: str, on: date) -> tuple[Found, ...]:
    """The rules that count there on that day: those of the smallest place that has any."""
    found = [each for each in rules if reaches(each.jurisdiction, there) and _holds(each, on)]
    closest = max((len(each.jurisdiction) for each in found), default=0)
    return tuple(each for each in found if len(each.jurisdiction) == closest)


def _holds(rule: Rule, on: date) -> bool:
    begun = rule.valid_from is None or rule.valid_from <= on
    return begun and (rule.valid_until is None or on <= rule.valid_until)
