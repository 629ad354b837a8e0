from datetime import date

import pytest

from clinic.domain.care.measures import MEASURES, Taken, measure_named, over_a_course
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region

START, LATER = date(2026, 11, 1), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("name", "value", "tenths"),
    [
        ("nprs", "7", 70),
        ("nprs", " 7,5 ", 75),
        ("nprs", "0", 0),
        ("groc", "-7", -70),
        ("groc", "−2.5", -25),
        ("ndi", "100", 1000),
    ],
)
def test_a_value_is_read_in_tenths(name: str, value: str, tenths: int) -> None:
    assert MEASURES[name].tenths(value) == tenths


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("nprs", value) for value in ("", "x", "10.1", "-1", "7.55", "7.", "7.x", "٧", "12345", "7.٥", ".5")),
        ("lefs", "81"),
        ("groc", "-7.1"),
    ],
)
def test_a_value_off_the_scale_is_refused(name: str, value: str) -> None:
    with pytest.raises(Invalid, match="measure_off_scale"):
        MEASURES[name].tenths(value)


@pytest.mark.parametrize(
    ("name", "region", "start", "now", "gained", "matters"),
    [
        ("nprs", Region.NECK, 60, 47, 13, True),
        ("nprs", Region.NECK, 60, 48, 12, False),
        ("nprs", Region.LUMBAR, 60, 40, 20, True),
        ("nprs", Region.SHOULDER, 60, 39, 21, False),
        ("nprs", Region.FOOT, 60, 41, 19, False),
        ("lefs", Region.KNEE, 400, 490, 90, True),
        ("lefs", Region.KNEE, 490, 400, -90, False),
        ("quickdash", Region.ELBOW, 500, 364, 136, True),
    ],
)
def test_a_gain_is_held_against_the_change_that_matters(
    name: str, region: Region, start: int, now: int, gained: int, matters: bool
) -> None:
    (course,) = over_a_course([Taken(name, now, LATER), Taken(name, start, START)], [region])
    assert [each.tenths for each in course.values] == [start, now]
    assert (course.gained, course.matters) == (gained, matters)


def test_one_value_says_nothing_of_a_change_unless_it_asks_of_the_change() -> None:
    pain, sense = over_a_course([Taken("groc", 50, START), Taken("nprs", 50, START)], [])
    assert (pain.measure.name, pain.gained, pain.matters) == ("nprs", None, None)
    assert (sense.measure.name, sense.gained, sense.matters) == ("groc", 50, True)


def test_every_measure_says_which_change_matters_anywhere() -> None:
    for measure in MEASURES.values():
        assert measure.low < measure.high
        assert measure_named(measure.name) is measure
        assert not measure.matters([]).regions
    with pytest.raises(Invalid, match="measure_unknown"):
        measure_named("mood")
