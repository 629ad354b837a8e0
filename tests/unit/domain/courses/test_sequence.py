import pytest

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Anchor
from clinic.domain.courses.sequence import Distances, Treatment, alternated, distances, loaded
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import NEEDLING, phase

LEFT, RIGHT = Target(Region.NECK, Side.LEFT), Target(Region.NECK, Side.RIGHT)
BOTH, MIDLINE = Target(Region.NECK, Side.BOTH), Target(Region.NECK, Side.MIDLINE)
BACK = Target(Region.LUMBAR, Side.MIDLINE)


def needled(*targets):
    return Treatment(needles=True, targets=targets)


def exercised(*muscles):
    return Treatment(needles=False, muscles=frozenset(muscles))


def counted(*sessions, anchor=Anchor.NEEDLING):
    return [each.counted_from for each in distances(sessions, anchor)]


def floors(*sessions):
    return [each.floor_from for each in distances(sessions, Anchor.NEEDLING)]


def test_a_course_of_one_region_counts_from_session_to_session():
    course = [needled(LEFT)] * 4
    assert counted(*course) == [None, 0, 1, 2]
    assert floors(*course) == [(), (0,), (1,), (2,)]


def test_sides_that_alternate_count_from_their_own_last_needling():
    course = [needled(LEFT), needled(RIGHT), needled(LEFT), needled(RIGHT)]
    assert counted(*course) == [None, 0, 0, 1]
    assert floors(*course) == [(), (), (0,), (1,)]


def test_both_sides_meet_either():
    assert counted(needled(BOTH), needled(LEFT), needled(RIGHT)) == [None, 0, 0]
    assert floors(needled(BOTH), needled(LEFT), needled(RIGHT), needled(BOTH)) == [(), (0,), (0,), (2,)]


def test_the_midline_meets_either_side():
    assert floors(needled(LEFT), needled(RIGHT), needled(MIDLINE), needled(LEFT)) == [(), (), (1,), (2,)]


def test_two_sides_named_apart_keep_the_floor_to_the_last_needling_of_each():
    assert floors(needled(LEFT), needled(RIGHT), needled(LEFT, RIGHT)) == [(), (), (1, 0)]


def test_of_two_regions_each_keeps_its_own_floor():
    course = [needled(LEFT), needled(BACK), needled(LEFT, BACK), needled(BACK), needled(LEFT)]
    assert counted(*course) == [None, 0, 1, 2, 2]
    assert floors(*course) == [(), (), (1, 0), (2,), (2,)]


def test_where_nobody_has_said_the_place_needlings_are_taken_to_meet():
    assert floors(needled(LEFT), needled(), needled(RIGHT)) == [(), (0,), (1,)]


def test_exercise_between_needlings_counts_from_the_session_before():
    course = [needled(LEFT), exercised(), exercised(), needled(LEFT)]
    assert counted(*course) == [None, 0, 1, 0]
    assert floors(*course) == [(), (), (), (0,)]
    assert counted(*course, anchor=Anchor.SESSION) == [None, 0, 1, 2]


def test_muscles_that_were_loaded_rest_before_they_are_loaded_again():
    course = [exercised("thigh"), exercised("back"), exercised("thigh", "back"), exercised(), exercised("thigh")]
    assert [each.rest_from for each in distances(course, Anchor.SESSION)] == [None, None, 1, None, 2]
    assert distances(course, Anchor.SESSION)[2] == Distances(1, (), 1)


def test_a_phase_loads_what_its_exercises_say():
    thigh = Component(Modality.EXERCISE, 20, "exercise", muscles=("quadriceps", "gluteals"))
    calf = Component(Modality.EXERCISE, 10, "exercise", muscles=("calf", "quadriceps"))
    assert loaded(phase(components=(NEEDLING, thigh, calf))) == {"quadriceps", "gluteals", "calf"}
    assert loaded(phase()) == frozenset()


@pytest.mark.parametrize(
    ("targets", "sessions"),
    [
        ((LEFT,), [(LEFT,)] * 3),
        ((BOTH,), [(LEFT,), (RIGHT,), (LEFT,)]),
        ((RIGHT, LEFT), [(RIGHT,), (LEFT,), (RIGHT,)]),
        ((BOTH, BACK), [(LEFT, BACK), (RIGHT, BACK), (LEFT, BACK)]),
        ((BOTH, LEFT), [(LEFT,), (RIGHT,), (LEFT,)]),
        ((MIDLINE, LEFT), [(MIDLINE, LEFT)] * 3),
        ((), [()] * 3),
    ],
)
def test_sides_take_turns(targets, sessions):
    assert alternated(targets, 3) == tuple(sessions)


def test_a_muscle_goes_with_its_side():
    both = Target(Region.NECK, Side.BOTH, "trapezius")
    left, right = alternated((both, LEFT), 2)
    assert left == (Target(Region.NECK, Side.LEFT, "trapezius"), LEFT)
    assert right == (Target(Region.NECK, Side.RIGHT, "trapezius"),)
