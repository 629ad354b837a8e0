from dataclasses import replace

import pytest

from clinic.domain.courses.component import ADVICE, CHECK, Component, Segment, segmented
from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import EXERCISE, NEEDLING, phase

MANUAL = Component(Modality.MANUAL_THERAPY, 10, skill="manual-therapy", capability="treatment", setup_minutes=5)
GYM = replace(EXERCISE, capability="gym", apart=True, wait_minutes=10)
CALL = Component(Modality.REVIEW, 20, remote=True)


def fault(make, *values, **named):
    with pytest.raises(Invalid) as raised:
        make(*values, **named)
    return raised.value.code, raised.value.field


def test_a_visit_without_anything_apart_is_one_segment():
    (whole,) = phase(components=(NEEDLING, EXERCISE)).segments
    assert whole.components == (CHECK, NEEDLING, EXERCISE, ADVICE)


def test_exercise_apart_is_a_segment_and_the_one_who_needled_gives_the_advice():
    first, second = phase(components=(NEEDLING, MANUAL, GYM)).segments
    assert first == Segment((CHECK, NEEDLING, MANUAL, ADVICE))
    assert second == Segment((GYM,), 10)
    assert (first.minutes, first.setup_minutes, first.cleanup_minutes) == (35, 5, 5)
    assert (first.skills, first.capabilities) == ({"dry-needling", "manual-therapy"}, {"treatment"})
    assert first.modalities[:2] == (Modality.ASSESSMENT, Modality.DRY_NEEDLING)
    assert (first.needles, second.needles) == (True, False)
    assert (second.minutes, second.capabilities, second.skills) == (20, {"gym"}, {"exercise"})


def test_the_check_begins_the_first_segment_that_needles_and_keeps_its_wait():
    needling = replace(NEEDLING, apart=True, wait_minutes=5)
    warm_up, needled, gym = phase(components=(EXERCISE, needling, GYM)).segments
    assert warm_up.components == (EXERCISE,)
    assert needled == Segment((replace(CHECK, apart=True, wait_minutes=5), NEEDLING, ADVICE), 5)
    assert gym.components == (GYM,)


def test_between_two_segments_that_needle_there_is_no_advice():
    again = replace(NEEDLING, apart=True)
    first, between, last = phase(components=(NEEDLING, GYM, again)).segments
    assert first.components == (CHECK, NEEDLING)
    assert between.components == (GYM,)
    assert last.components == (again, ADVICE)


def test_a_visit_that_is_written_part_by_part_has_the_same_segments_when_it_is_read():
    course = phase(components=(EXERCISE, replace(NEEDLING, apart=True, wait_minutes=5), GYM))
    assert segmented(course.visit) == course.segments


def test_what_is_by_phone_needs_no_room():
    (call,) = segmented((CALL,))
    assert call.remote
    assert call.capabilities == frozenset()
    assert not segmented((NEEDLING,))[0].remote


def test_a_segment_is_by_phone_as_a_whole_or_not_at_all():
    assert fault(phase, components=(EXERCISE, CALL)) == ("segment_half_remote", "components")
    assert len(phase(components=(EXERCISE, replace(CALL, apart=True))).segments) == 2


def test_the_first_component_cannot_be_apart():
    assert fault(phase, components=(GYM,)) == ("first_component_apart", "components.0.apart")


@pytest.mark.parametrize(
    ("part", "changes", "code", "field"),
    [
        (GYM, {"wait_minutes": 16}, "out_of_range", "wait_minutes"),
        (EXERCISE, {"wait_minutes": 5}, "wait_within_segment", "wait_minutes"),
        (EXERCISE, {"apart": "yes"}, "not_yes_or_no", "apart"),
        (CALL, {"remote": 1}, "not_yes_or_no", "remote"),
        (NEEDLING, {"remote": True}, "needling_remote", "remote"),
        (CALL, {"capability": "gym"}, "remote_in_a_room", "remote"),
        (CALL, {"setup_minutes": 5}, "remote_in_a_room", "remote"),
        (CALL, {"cleanup_minutes": 5}, "remote_in_a_room", "remote"),
        (MANUAL, {"muscles": ("thigh",)}, "out_of_range", "muscles"),
        (EXERCISE, {"muscles": ("m",) * 13}, "out_of_range", "muscles"),
        (EXERCISE, {"muscles": ("",)}, "text_missing", "muscles"),
        (EXERCISE, {"muscles": ("m" * 65,)}, "text_too_long", "muscles"),
    ],
)
def test_a_component_keeps_to_what_can_be_given(part, changes, code, field):
    assert fault(replace, part, **changes) == (code, field)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("minutes", 1, 240), ("setup_minutes", 0, 60), ("cleanup_minutes", 0, 60)],
)
def test_the_minutes_of_a_component_have_limits_and_may_reach_them(field, low, high):
    assert [getattr(replace(MANUAL, **{field: minutes}), field) for minutes in (low, high)] == [low, high]
    for minutes in (low - 1, high + 1):
        assert fault(replace, MANUAL, **{field: minutes}) == ("out_of_range", field)


def test_skills_and_capabilities_are_short_words():
    assert replace(MANUAL, skill="s" * 64, capability="c" * 32).skill == "s" * 64
    assert fault(replace, MANUAL, skill="s" * 65) == ("text_too_long", "skill")
    assert fault(replace, MANUAL, capability="c" * 33) == ("text_too_long", "capability")
    assert fault(replace, NEEDLING, skill="manual-therapy") == ("needling_without_its_skill", "skill")
