import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region, Side, Target, is_thoracic, region_named, share_a_region, side_named

NECK_LEFT = Target(Region.NECK, Side.LEFT, "levator scapulae")
NECK_RIGHT = Target(Region.NECK, Side.RIGHT)
KNEE_LEFT = Target(Region.KNEE, Side.LEFT)


def test_a_needle_can_reach_the_lung_from_the_neck_base_but_not_from_the_calf():
    assert is_thoracic(Region.NECK_BASE)
    assert is_thoracic(Region.INTERSCAPULAR)
    assert not is_thoracic(Region.CALF)


def test_left_and_right_of_one_region_are_apart_and_everything_else_in_it_meets():
    assert not NECK_LEFT.meets(NECK_RIGHT)
    assert NECK_LEFT.meets(Target(Region.NECK, Side.LEFT, "trapezius"))
    assert NECK_LEFT.meets(Target(Region.NECK, Side.BOTH))
    assert Target(Region.NECK, Side.MIDLINE).meets(NECK_RIGHT)
    assert not NECK_LEFT.meets(KNEE_LEFT)


def test_unknown_targets_are_taken_to_meet():
    assert share_a_region((), (NECK_LEFT,))
    assert share_a_region((NECK_LEFT,), ())
    assert share_a_region((KNEE_LEFT, NECK_LEFT), (NECK_LEFT,))
    assert not share_a_region((NECK_LEFT,), (NECK_RIGHT, KNEE_LEFT))


def test_names_in_files_become_regions_and_sides_or_are_refused():
    assert region_named("neck-base") is Region.NECK_BASE
    assert side_named("both") is Side.BOTH
    with pytest.raises(Invalid) as region:
        region_named("throat", "targets.0.region")
    assert (region.value.code, region.value.field, region.value.params["name"]) == (
        "unknown_region",
        "targets.0.region",
        "throat",
    )
    with pytest.raises(Invalid) as side:
        side_named("upper")
    assert side.value.code == "unknown_side"


def test_a_muscle_has_at_most_64_characters():
    with pytest.raises(Invalid):
        Target(Region.NECK, Side.LEFT, "m" * 65)
