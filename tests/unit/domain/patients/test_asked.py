from datetime import date

import pytest

from clinic.domain.patients.asked import Asked, readings

TODAY = date(2026, 11, 20)
BORN = date(1980, 3, 1)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Mül ann", Asked(("mul", "ann"))),
        ("Müller, Anna Anna", Asked(("muller", "anna"))),
        ("O'Neil_x", Asked(("oneilx",))),
        ("1.3.80", Asked(born=(BORN,))),
        ("anna 1 mar 1980 mül", Asked(("anna", "mul"), born=(BORN,))),
        ("0123", Asked(numbers=("0123",))),
        ("000", Asked(numbers=("000",))),
        ("000000", Asked(numbers=("000000",))),
        ("0049 30", Asked(numbers=("4930",))),
        ("030 555 0123 anna", Asked(("anna",), ("305550123",))),
        ("0305550", Asked(numbers=("305550",))),
        ("+49305550123", Asked(numbers=("305550123",))),
        ("- %", Asked()),
        ("", Asked()),
    ],
)
def test_what_is_typed_is_read_as_names_numbers_and_a_birth_date(typed: str, asked: Asked) -> None:
    assert readings(typed, today=TODAY) == (asked,)


def test_figures_alone_may_be_a_birth_date_or_a_number() -> None:
    assert readings("anna 010380", today=TODAY) == (Asked(("anna",), born=(BORN,)), Asked(("anna",), ("10380",)))


def test_letters_with_figures_may_be_a_number_or_a_name() -> None:
    assert readings("AO-0003 9", today=TODAY) == (Asked(numbers=("ao0003", "9")), Asked(("ao0003",), ("9",)))


def test_nothing_asked_is_empty() -> None:
    assert Asked().empty
    assert not Asked(born=(BORN,)).empty


def test_very_long_questions_are_cut() -> None:
    (asked,) = readings("ab cd ef gh ij kl mn op qr st uv wx yz " * 9, today=TODAY)
    assert len(asked.words) == 6
