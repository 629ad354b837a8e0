"""Who pays, and what is left of it."""

import pytest

from clinic.domain.courses.cover import Cover
from clinic.domain.errors import Invalid


def test_what_is_left_is_what_is_neither_used_nor_booked_and_never_less_than_nothing():
    assert Cover("Fund", visits=6).left(2, 3) == 1
    assert Cover("Fund", visits=6).left(4, 3) == 0
    assert Cover("Fund").left(4, 3) is None


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"number": "A-1"}, "payer_missing"),
        ({"payer": "Fund", "visits": 0}, "out_of_range"),
        ({"payer": "x" * 201}, "text_too_long"),
    ],
)
def test_nonsense_is_refused(told, code):
    with pytest.raises(Invalid, match=code):
        Cover(**told)
