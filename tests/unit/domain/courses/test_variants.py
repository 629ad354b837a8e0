from dataclasses import replace

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Phase
from clinic.domain.courses.variants import exercised_apart
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import protocol

NEEDLE = Component(Modality.DRY_NEEDLING, 10, skill="dry-needling", capability="treatment")
HANDS = Component(Modality.MANUAL_THERAPY, 15, capability="treatment")
EXERCISE = Component(Modality.EXERCISE, 20)
AT_HOME = Component(Modality.EXERCISE, 10, remote=True, apart=True)
TALK = Component(Modality.EDUCATION, 5)


def in_parts(*components):
    """Minutes, wait and what the room must offer of each part of such a visit."""
    phase = Phase("A", 3, 2, 3, 4, components)
    edited = exercised_apart(replace(protocol(), phases=(phase,), reassess=())).phases[0]
    return [(each.minutes, each.wait_minutes, set(each.capabilities)) for each in edited.segments]


def test_exercises_after_treatment_are_in_the_gym_after_a_short_wait():
    assert in_parts(HANDS, EXERCISE, EXERCISE) == [(15, 0, {"treatment"}), (40, 10, {"gym"})]
    assert in_parts(NEEDLE, TALK, EXERCISE) == [(25, 0, {"treatment"}), (20, 10, {"gym"})]


def test_exercises_without_treatment_before_them_stay():
    assert in_parts(EXERCISE, TALK) == [(25, 0, set())]
    assert in_parts(EXERCISE, HANDS, EXERCISE) == [(35, 0, {"treatment"}), (20, 10, {"gym"})]


def test_treatment_after_the_gym_is_a_part_of_its_own():
    parts = [(15, 0, {"treatment"}), (20, 10, {"gym"}), (15, 10, {"treatment"}), (20, 10, {"gym"})]
    assert in_parts(HANDS, EXERCISE, HANDS, EXERCISE) == parts


def test_what_was_apart_already_keeps_its_wait():
    own = replace(EXERCISE, apart=True, wait_minutes=5)
    assert in_parts(HANDS, own) == [(15, 0, {"treatment"}), (20, 5, {"gym"})]
    assert in_parts(HANDS, AT_HOME) == [(15, 0, {"treatment"}), (10, 0, set())]
