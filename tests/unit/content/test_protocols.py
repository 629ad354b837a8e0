import pytest

from clinic.content.protocols import load
from clinic.domain.courses.outline import booked_through, reviews, sessions
from clinic.domain.courses.protocol import Anchor, Reassessing, When
from clinic.domain.courses.protocol_document import as_dict, from_dict
from clinic.domain.practice.evidence import Confidence

SHIPPED = {protocol.key: protocol for protocol in load()}

# phase: sessions, gaps min/ideal/max, needling minutes, released only
TEMPLATES = {
    "exercise-only": [(12, (2, 3, 5), 0, False)],
    "generic-myofascial": [(3, (5, 7, 10), 15, False), (2, (12, 14, 18), 15, False), (1, (12, 14, 18), 0, True)],
    "knee-oa-electrical": [(8, (3, 5, 8), 20, False), (6, (21, 28, 35), 20, True)],
    "lateral-elbow": [(3, (5, 7, 10), 10, False)],
    "low-back-chronic": [(6, (5, 7, 10), 15, False)],
    "neck-mechanical": [(3, (5, 7, 10), 15, False), (2, (5, 7, 10), 15, True)],
    "patellofemoral": [(3, (5, 7, 10), 0, False), (3, (7, 7, 15), 10, True)],
    "plantar-heel": [(4, (3, 7, 8), 20, False)],
    "shoulder-subacromial": [(1, (5, 7, 10), 0, False), (1, (5, 7, 10), 10, False), (1, (10, 14, 18), 10, False)],
    "spasticity-stroke-a": [(3, (2, 2, 3), 5, False)],
    "spasticity-stroke-b": [(6, (7, 9, 14), 5, False)],
    "tension-headache": [(6, (2, 2, 4), 20, False)],
    "tmd-myogenous": [(3, (5, 7, 10), 10, False)],
}


def shape(phase):
    needling = sum(component.minutes for component in phase.components if component.modality.needles)
    return phase.sessions, (phase.gap_min, phase.gap_ideal, phase.gap_max), needling, phase.when is When.RELEASED


def test_the_shipped_protocols_are_those_of_the_clinical_reference():
    assert {key: [shape(phase) for phase in protocol.phases] for key, protocol in SHIPPED.items()} == TEMPLATES


@pytest.mark.parametrize("key", TEMPLATES)
def test_every_number_tells_its_source(key):
    protocol = SHIPPED[key]
    wanted = {"cap"} | {
        name for name in ("reassess", "stop_rule", "regions", "override_reason", "team") if getattr(protocol, name)
    }
    assert {name for entry in protocol.evidence for name in entry.of} == wanted
    for phase in protocol.phases:
        numbers = {"sessions", "gap_min", "gap_ideal", "gap_max", "minutes"}
        numbers |= {"floor_hours"} if phase.needles else set()
        assert {name for entry in phase.evidence for name in entry.of} == numbers


@pytest.mark.parametrize("key", TEMPLATES)
def test_what_has_no_source_is_labelled_a_configurable_default(key):
    protocol = SHIPPED[key]
    entries = [*protocol.evidence, *(entry for phase in protocol.phases for entry in phase.evidence)]
    for entry in entries:
        is_default = entry.confidence is Confidence.DEFAULT
        assert entry.source.startswith("Configurable default") is is_default, entry


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_shipped_protocol_can_be_stored_and_read_again(key):
    assert from_dict(as_dict(SHIPPED[key])) == SHIPPED[key]


def test_only_schedules_tested_at_three_a_week_come_closer_than_three_days():
    floors = {key for key, protocol in SHIPPED.items() for phase in protocol.phases if phase.floor < 72}
    assert floors == {"tension-headache", "spasticity-stroke-a"}


def test_headache_visits_take_half_an_hour_and_may_follow_on_every_other_day():
    phase = SHIPPED["tension-headache"].phases[0]
    assert [segment.minutes for segment in phase.segments] == [30]
    assert (phase.gap_min, phase.gap_ideal, phase.gap_max, phase.floor) == (2, 2, 4, 48)


@pytest.mark.parametrize(
    ("key", "placed", "booked"),
    [
        ("neck-mechanical", 3, 3),
        ("low-back-chronic", 6, 3),
        ("knee-oa-electrical", 8, 4),
        ("tension-headache", 6, 3),
        ("spasticity-stroke-b", 6, 6),
        ("generic-myofascial", 5, 3),
        ("exercise-only", 12, 3),
    ],
)
def test_a_course_is_placed_whole_and_booked_to_its_first_reassessment(key, placed, booked):
    assert (len(sessions(SHIPPED[key])), booked_through(SHIPPED[key])) == (placed, booked)


def test_dated_reviews_follow_their_weeks_and_months():
    assert [review.offset_days for review in reviews(SHIPPED["lateral-elbow"])] == [42, 84]
    assert [review.offset_days for review in reviews(SHIPPED["tension-headache"])] == [40]


def test_caps_are_six_ten_for_the_knee_and_the_trials_own_for_shoulder_and_jaw():
    others = {key: protocol.cap for key, protocol in SHIPPED.items() if protocol.cap != 6}
    assert others == {"knee-oa-electrical": 10, "shoulder-subacromial": 2, "tmd-myogenous": 3}


def test_what_guidelines_advise_against_asks_for_a_reason_and_what_showed_no_benefit_says_so():
    assert {key for key, protocol in SHIPPED.items() if protocol.override_reason} == {"patellofemoral"}
    assert "no added benefit" in SHIPPED["neck-mechanical"].notes
    assert {key for key, protocol in SHIPPED.items() if protocol.team} == {"spasticity-stroke-a", "spasticity-stroke-b"}


def test_boosters_are_measured_at_each_visit():
    points = [point for point in SHIPPED["knee-oa-electrical"].reassess if point.kind is Reassessing.EACH_VISIT]
    assert [point.phase for point in points] == ["B"]


def test_needling_protocols_count_gaps_from_the_previous_needling():
    anchors = {key for key, protocol in SHIPPED.items() if protocol.anchor is Anchor.SESSION}
    assert anchors == {"exercise-only"}
