import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.patients.names import MOST_FOLDED, folded


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Zoë  ŁUKASZ", "zoe lukasz"),
        ("Straße", "strasse"),
        ("O’Neil-Søren", "o’neil-soren"),
        ("İstanbul Iğdır", "istanbul igdir"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Yundt842", "yundt842"),
        ("山田 太郎", "山田 太郎"),
        (" \t ", ""),
    ],
)
def test_names_are_searched_without_case_and_accents(typed, found):
    assert folded(typed) == found


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(name):
    assert folded(folded(name)) == folded(name)


def test_a_folded_name_fits_its_column():
    assert len(folded("\ufdfa" * 400)) == MOST_FOLDED
