"""Protocols of a practice's own, as they begin."""

import pytest

from clinic.domain.courses.protocol_edit import PRACTICE, blank, key_of


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Übung am Seil", "ubung-am-seil"),
        ("  Knee / hip (two weeks) ", "knee-hip-two-weeks"),
        ("3 x 3", "x"),
        ("漢字", "protocol"),
        ("x" * 90, "x" * 56),
        ("New", "new-2"),
        ("Neck", "neck-3"),
    ],
)
def test_a_key_reads_like_the_title_and_is_nobody_elses(title: str, key: str) -> None:
    assert key_of(title, {"neck", "neck-2"}) == key


def test_a_blank_protocol_is_a_whole_one_that_rests_on_the_practice() -> None:
    made = blank("rope", "On the rope")
    assert (made.key, made.version, [phase.sessions for phase in made.phases]) == ("rope", 1, [3])
    assert {each.source for each in (*made.evidence, *made.phases[0].evidence)} == {PRACTICE}
