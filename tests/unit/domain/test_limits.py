import re

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.limits import formed, line, one_of, text, whole


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


def test_one_line_takes_no_break_and_no_text_takes_half_a_character():
    assert line("name", "Zoë O’Neil-Łuk", 20) == "Zoë O’Neil-Łuk"
    for value in ("a\nb", "a\tb", "a\u2028b", "a\x85b", "\ud800"):
        with pytest.raises(Invalid) as raised:
            line("name", value, 10)
        assert raised.value.code == "text_unprintable"
    with pytest.raises(Invalid, match="text_unprintable"):
        text("name", "\ud800", 10)


def test_a_form_and_a_choice_of_words_say_what_would_do():
    assert formed("country", "GB", re.compile("[A-Z]{2}"), "GB") == "GB"
    assert one_of("kind", "leave", ("leave", "sick")) == "leave"
    for check, code, params in (
        (lambda: formed("country", "gb\n", re.compile("[A-Z]{2}"), "GB"), "text_malformed", {"like": "GB"}),
        (lambda: formed("country", 7, re.compile("[A-Z]{2}"), "GB"), "not_text", {}),
        (lambda: one_of("kind", "x", ("leave", "sick")), "not_one_of", {"allowed": "leave, sick"}),
    ):
        with pytest.raises(Invalid) as raised:
            check()
        assert (raised.value.code, raised.value.params) == (code, params)
