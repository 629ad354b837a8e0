import pytest

from clinic.domain.errors import Invalid
from clinic.domain.limits import text, whole


def test_numbers_and_texts_within_their_limits_come_back_unchanged():
    assert whole("minutes", 1, 1, 240) == 1
    assert whole("minutes", 240, 1, 240) == 240
    assert text("name", "Two\nlines\tand a tab", 40) == "Two\nlines\tand a tab"
    assert text("name", "", 10) == ""


@pytest.mark.parametrize(
    ("value", "code"), [(0, "out_of_range"), (241, "out_of_range"), (True, "not_a_number"), (1.5, "not_a_number")]
)
def test_a_number_outside_its_limits_names_its_field(value, code):
    with pytest.raises(Invalid) as raised:
        whole("minutes", value, 1, 240)
    assert (raised.value.code, raised.value.field) == (code, "minutes")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("  ", "text_missing"),
        ("x" * 11, "text_too_long"),
        ("a\rb", "text_unprintable"),
        ("a\x7f", "text_unprintable"),
        (7, "not_text"),
    ],
)
def test_a_text_outside_its_limits_names_its_field(value, code):
    with pytest.raises(Invalid) as raised:
        text("name", value, 10, required=True)
    assert (raised.value.code, raised.value.field) == (code, "name")
