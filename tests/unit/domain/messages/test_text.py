"""Free text on its way out."""

from clinic.domain.messages.text import line, lines


def test_every_kind_of_line_break_is_one_and_tabs_are_spaces():
    assert lines("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h\ni\tj") == "a\nb\nc\nd\ne\nf\ng\nh\ni j"


def test_what_could_act_on_a_screen_is_gone_and_so_is_white_space_around():
    assert lines(" \x1b[31mred\x07\ud800\ufeff\x7f\n ") == "[31mred"


def test_a_line_has_one_space_where_it_had_any_white_space():
    assert line("  to be \t \r\n continued ") == "to be continued"
