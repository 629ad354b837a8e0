"""What a country says counts in its parts, unless a part says more."""

from dataclasses import dataclass
from datetime import date

import pytest

from clinic.domain.practice.jurisdictions import nearest

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Law:
    jurisdiction: str
    valid_from: date | None = None
    valid_until: date | None = None


@pytest.mark.parametrize(
    ("there", "found"),
    [("US-FL", ["US-FL"]), ("US-GA", ["US"]), ("US", ["US"]), ("DE", []), ("USA", [])],
)
def test_the_rules_of_the_smallest_place_count(there, found):
    assert [each.jurisdiction for each in nearest([Law("US"), Law("US-FL")], there, TODAY)] == found


@pytest.mark.parametrize(("on", "count"), [(22, 0), (23, 1), (24, 1), (25, 0)])
def test_a_rule_counts_from_its_first_to_its_last_day(on, count):
    law = Law("DE", TODAY, date(2026, 11, 24))
    assert len(nearest([law], "DE-BE", date(2026, 11, on))) == count


def test_what_a_part_no_longer_says_leaves_what_its_country_says():
    old = Law("US-FL", valid_until=date(2025, 12, 31))
    assert nearest([old, Law("US")], "US-FL", TODAY) == (Law("US"),)
