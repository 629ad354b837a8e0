import pytest

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Reassess, Reassessing, When
from clinic.domain.errors import Invalid
from clinic.domain.practice.evidence import Confidence, Evidence
from clinic.domain.practice.modality import Modality
from tests.unit.domain.courses.protocols import EXERCISE, GUESS, NEEDLING, phase, protocol


def fault(make, *values, **named):
    with pytest.raises(Invalid) as raised:
        make(*values, **named)
    return raised.value.code, raised.value.field


def test_a_visit_with_needling_has_a_check_before_and_advice_after():
    assert [component.modality for component in phase().visit] == [
        Modality.ASSESSMENT,
        Modality.DRY_NEEDLING,
        Modality.EXERCISE,
        Modality.EDUCATION,
    ]
    assert [segment.minutes for segment in phase().segments] == [5 + 15 + 20 + 5]
    assert [segment.minutes for segment in phase(components=(EXERCISE,)).segments] == [20]


def test_a_phase_says_what_one_room_and_one_therapist_must_offer():
    (both,) = phase().segments
    assert (both.setup_minutes, both.cleanup_minutes) == (10, 5)
    assert both.skills == {"dry-needling", "exercise"}
    assert both.capabilities == {"treatment"}
    assert phase().modalities[1:3] == (Modality.DRY_NEEDLING, Modality.EXERCISE)


def test_needlings_keep_three_days_unless_their_phase_says_otherwise():
    assert phase().floor == 72
    assert phase(floor_hours=48).floor == 48
    assert phase().needles
    assert not phase(components=(EXERCISE,)).needles


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 241}, "minutes"),
        ({"minutes": 5, "setup_minutes": 61}, "setup_minutes"),
        ({"minutes": 5, "cleanup_minutes": -1}, "cleanup_minutes"),
        ({"minutes": 5, "skill": "s" * 65}, "skill"),
        ({"minutes": 5, "capability": "c" * 33}, "capability"),
    ],
)
def test_a_component_keeps_its_limits(values, field):
    assert fault(Component, Modality.EDUCATION, **values)[1] == field


def test_needling_cannot_be_given_under_another_skill():
    assert fault(Component, Modality.ELECTRICAL_NEEDLING, 10, skill="dry-needling") == (
        "needling_without_its_skill",
        "skill",
    )


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": ""}, "text_missing", "name"),
        ({"sessions": 0}, "out_of_range", "sessions"),
        ({"sessions": 61}, "out_of_range", "sessions"),
        ({"gaps": (0, 1, 2)}, "out_of_range", "gap_min"),
        ({"gaps": (5, 7, 366)}, "out_of_range", "gap_max"),
        ({"gaps": (8, 7, 6)}, "gaps_reversed", "gap_max"),
        ({"gaps": (5, 11, 10)}, "out_of_range", "gap_ideal"),
        ({"components": ()}, "out_of_range", "components"),
        ({"floor_hours": 23}, "out_of_range", "floor_hours"),
        ({"floor_hours": 337}, "out_of_range", "floor_hours"),
        ({"evidence": (GUESS, GUESS)}, "evidence_misplaced", "evidence"),
    ],
)
def test_a_phase_keeps_its_limits(changes, code, field):
    assert fault(phase, **changes) == (code, field)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ((Reassessing.AFTER, 0), "out_of_range", "n"),
        ((Reassessing.WEEK, 105), "out_of_range", "n"),
        ((Reassessing.MONTH, 25), "out_of_range", "n"),
        ((Reassessing.EACH_VISIT, 1), "out_of_range", "n"),
        ((Reassessing.AFTER, 1, "B"), "reassess_phase_misplaced", "phase"),
    ],
)
def test_a_reassessment_keeps_its_limits(values, code, field):
    assert fault(Reassess, *values) == (code, field)


def test_measuring_at_each_visit_may_be_limited_to_a_phase():
    point = Reassess(Reassessing.EACH_VISIT, phase="B")
    assert protocol(reassess=(point,)).reassess == (point,)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"key": "Neck pain"}, "key_malformed", "key"),
        ({"key": "k" * 65}, "text_too_long", "key"),
        ({"version": 0}, "out_of_range", "version"),
        ({"title": " "}, "text_missing", "title"),
        ({"summary": "s" * 2001}, "text_too_long", "summary"),
        ({"team": "t" * 65}, "text_too_long", "team"),
        ({"cap": 0}, "out_of_range", "cap"),
        ({"phases": ()}, "out_of_range", "phases"),
        ({"phases": (phase(), phase())}, "phase_name_repeated", "phases"),
        ({"phases": tuple(phase(str(at), 60) for at in range(4))}, "out_of_range", "phases"),
        ({"reassess": (Reassess(Reassessing.AFTER, 6),)}, "reassess_beyond_course", "reassess"),
        ({"reassess": (Reassess(Reassessing.EACH_VISIT, phase="C"),)}, "unknown_phase", "reassess"),
        ({"evidence": (Evidence(("sessions",), "x", Confidence.TRIAL),)}, "evidence_misplaced", "evidence"),
    ],
)
def test_a_protocol_keeps_its_limits(changes, code, field):
    assert fault(protocol, **changes) == (code, field)


def test_the_longest_course_has_two_hundred_sessions():
    phases = tuple(phase(str(at), 50, when=When.ALWAYS, components=(NEEDLING,)) for at in range(4))
    assert sum(part.sessions for part in protocol(phases=phases).phases) == 200
