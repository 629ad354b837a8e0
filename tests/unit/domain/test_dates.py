import re
from datetime import date

import pytest

from clinic.domain.dates import day_near, day_of, plain_clock, whole_dates

TODAY = date(2026, 11, 20)  # a Friday
BORN = date(1980, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "1980-03-01",
        "1980.3.1",
        "1.3.1980",
        "01.03.80",
        "1-3-80",
        "010380",
        "01031980",
        "1 mar 1980",
        "1. marz 80",
        "1er mars 1980",
        "1 de marzo de 1980",
        "mar 1 1980",
        "march 1st, 1980",
    ],
)
def test_a_date_is_read_as_people_write_it(written: str) -> None:
    assert whole_dates(written, today=TODAY) == (BORN,)


@pytest.mark.parametrize(
    "written", ["", "anna", "1.3.", "30.2.1980", "1 mon 1980", "1 mar", "1234567", "1980-13-13", "12/34", "1.3-1980"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert whole_dates(written, today=TODAY) == ()


def test_figures_that_can_be_read_in_two_ways_are_both_with_the_day_first() -> None:
    assert whole_dates("3/1/1980", today=TODAY) == (date(1980, 1, 3), date(1980, 3, 1))
    assert whole_dates("19801012", today=TODAY) == (date(1980, 10, 12),)
    assert whole_dates("20101012", today=TODAY) == (date(2010, 10, 12),)


def test_a_form_says_a_day_that_has_neighbours() -> None:
    assert day_of("2026-11-23") == date(2026, 11, 23)
    for nobodys in ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "23.11.2026", "20261123xx", "2026-W48-1"):
        with pytest.raises(ValueError, match=nobodys):
            day_of(nobodys)


def test_a_time_of_day_is_written_in_one_way() -> None:
    assert (plain_clock("00:00"), plain_clock("14:30")) == (0, 870)
    for other in ("1430", "14:30:59", "14:30+01:00", "T14", "24:00", "7:05", "１4:30"):
        with pytest.raises(ValueError, match=re.escape(other)):
            plain_clock(other)


def test_two_figures_of_a_year_are_never_to_come() -> None:
    assert whole_dates("1.3.26", today=TODAY) == (date(2026, 3, 1),)
    assert whole_dates("1.3.27", today=TODAY) == (date(1927, 3, 1),)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("today", TODAY),
        ("manana", date(2026, 11, 21)),
        ("hier", date(2026, 11, 19)),
        ("fri", TODAY),
        ("mon", date(2026, 11, 23)),
        ("jeudi", date(2026, 11, 26)),
        ("23.11.", date(2026, 11, 23)),
        ("23.11", date(2026, 11, 23)),
        ("1.1.", date(2027, 1, 1)),
        ("1 okt", date(2026, 10, 1)),
        ("feb 28", date(2027, 2, 28)),
        ("2026-11-23", date(2026, 11, 23)),
        ("24.12.27", date(2027, 12, 24)),
        ("mo", None),
        ("31.2.", None),
        ("010380", None),
        ("anna", None),
        ("1 anna", None),
    ],
)
def test_a_day_is_named_for_who_plans(written: str, day: date | None) -> None:
    assert day_near(written, today=TODAY) == day
