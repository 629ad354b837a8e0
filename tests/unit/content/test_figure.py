"""The drawing of the body and the list of muscles cover our own regions."""

import pytest

from clinic.content.figure import AREAS, HEIGHT, MIDDLE
from clinic.content.muscles import MUSCLES
from clinic.domain.care.record import VIEWS
from clinic.domain.practice.body import Region


def test_every_region_is_drawn_from_the_front_or_the_back() -> None:
    assert {name for view in VIEWS for name in AREAS[view]} == {each.value for each in Region}
    assert tuple(AREAS) == VIEWS


def test_every_region_has_muscles_to_choose_from() -> None:
    assert set(MUSCLES) == {each.value for each in Region}


@pytest.mark.parametrize("view", VIEWS)
def test_every_area_lies_in_its_half_of_the_drawing(view: str) -> None:
    points = [tuple(map(float, point.split(","))) for drawn in AREAS[view].values() for point in drawn.split()]
    assert all(0 <= x <= MIDDLE and 0 <= y <= HEIGHT for x, y in points)
