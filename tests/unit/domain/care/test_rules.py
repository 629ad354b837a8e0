from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.domain.care.rules import Facts, Needling, ProposedVisit, judge, judge_patient
from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.modality import Modality

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 9, 7, 10, tzinfo=BERLIN)
NECK = (Target(Region.NECK, Side.LEFT),)
LICENCE = Credential("dry-needling", "Board", "DE", "1", None, date(2026, 1, 1), date(2026, 12, 31))
VISIT = ProposedVisit(MONDAY, BERLIN, (Modality.DRY_NEEDLING, Modality.EXERCISE), NECK, "ada", "DE-BE")
GOOD = Facts(credentials=(LICENCE,))


def told(visit=VISIT, facts=GOOD):
    return [(finding.rule, finding.code) for finding in judge(visit, facts)]


def needled(*hours, targets=NECK):
    return replace(GOOD, needlings=tuple(Needling(targets, MONDAY + timedelta(hours=hour)) for hour in hours))


def test_a_visit_nothing_speaks_against_has_no_findings():
    assert told() == []
    assert told(facts=needled(-72, 168)) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(GOOD, deceased=True), "patient_deceased"),
        (replace(GOOD, restricted=True), "patient_restricted"),
    ],
)
def test_the_deceased_and_the_restricted_cannot_be_planned_or_booked_for(facts, code):
    assert [finding.code for finding in judge_patient(facts)] == [code]
    assert told(facts=facts) == [(0, code)]
    assert told(replace(VISIT, modalities=(Modality.REVIEW,)), facts) == [(0, code)]


def test_needling_needs_the_therapists_authority_on_the_date_at_the_place_for_the_region():
    assert told(facts=Facts()) == [(4, "credential_missing")]
    assert told(replace(VISIT, jurisdiction="FR")) == [(4, "credential_elsewhere")]
    assert told(replace(VISIT, starts=datetime(2027, 1, 1, 9, tzinfo=BERLIN))) == [(4, "credential_expired")]
    knees = Facts(credentials=(replace(LICENCE, regions=frozenset({Region.KNEE})),))
    assert told(facts=knees) == [(4, "credential_region")]


def test_the_date_is_the_local_one():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert told(replace(VISIT, starts=late)) == [(4, "credential_expired")]


def test_each_kind_of_needling_needs_its_own_authority():
    both = replace(VISIT, modalities=(Modality.DRY_NEEDLING, Modality.ELECTRICAL_NEEDLING))
    (finding,) = judge(both, GOOD)
    assert (finding.rule, finding.params["skill"]) == (4, "electrical-needling")


def test_a_provisional_therapist_is_blocked_until_supervised():
    assert told(facts=Facts(credentials=(replace(LICENCE, provisional=True),))) == [(6, "credential_provisional")]
    assert told(facts=Facts(credentials=(replace(LICENCE, provisional=True),), supervised=True)) == []
    assert told(facts=Facts(supervised=True)) == [(4, "credential_missing")]


def test_a_visit_without_needles_asks_for_no_authority_gap_or_review():
    exercise = replace(VISIT, modalities=(Modality.EXERCISE,))
    assert told(exercise, replace(needled(-1), credentials=(), needled=9, cap=6)) == []


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((-23,), [(26, "needled_within_a_day")]),
        ((0,), [(26, "needled_within_a_day")]),
        ((-24,), [(27, "needled_recently")]),
        ((71,), [(27, "needled_recently")]),
        ((72,), []),
        ((-100, 50, -20), [(26, "needled_within_a_day")]),
    ],
)
def test_the_nearest_needling_of_the_region_before_or_after_decides(hours, expected):
    assert told(facts=needled(*hours)) == expected


def test_the_finding_tells_whole_hours_and_what_is_usual():
    facts = replace(GOOD, needlings=(Needling(NECK, MONDAY - timedelta(hours=49, minutes=50)),))
    (finding,) = judge(VISIT, facts)
    assert finding.params == {"hours": 49, "least": 72}


def test_a_protocol_may_allow_forty_eight_hours():
    close = replace(VISIT, floor_hours=48)
    assert told(close, needled(-48)) == []
    assert told(close, needled(-47)) == [(27, "needled_recently")]


def test_other_regions_and_the_other_side_do_not_count_and_unknown_ones_do():
    assert told(facts=needled(-2, targets=(Target(Region.KNEE, Side.BOTH),))) == []
    assert told(facts=needled(-2, targets=(Target(Region.NECK, Side.RIGHT),))) == []
    assert told(facts=needled(-2, targets=())) == [(26, "needled_within_a_day")]
    assert told(replace(VISIT, targets=()), needled(-2)) == [(26, "needled_within_a_day")]


def test_hours_are_wall_time_so_that_the_same_hour_is_a_day_apart_across_a_clock_change():
    sunday = datetime(2026, 3, 29, 10, tzinfo=BERLIN)
    facts = replace(GOOD, needlings=(Needling(NECK, (sunday - timedelta(days=3)).astimezone(UTC)),))
    assert told(replace(VISIT, starts=sunday), facts) == []
    assert told(replace(VISIT, starts=sunday - timedelta(minutes=5)), facts) == [(27, "needled_recently")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 7), [(26, "needled_within_a_day")]),
        (date(2026, 9, 6), [(26, "needled_within_a_day")]),
        (date(2026, 9, 5), [(27, "needled_recently")]),
        (date(2026, 9, 3), []),
        (date(2026, 9, 8), [(26, "needled_within_a_day")]),
        (date(2026, 9, 11), []),
    ],
)
def test_a_needling_told_without_its_hour_is_taken_at_its_nearest(day, expected):
    assert told(facts=replace(GOOD, needlings=(Needling(NECK, day),))) == expected


def test_needling_beyond_the_cap_waits_for_a_review():
    full = replace(GOOD, needled=6, cap=6)
    assert told(facts=full) == [(31, "cap_reached")]
    assert told(facts=replace(full, needled=5)) == []
    assert told(facts=replace(full, reviewed=True)) == []
    assert told(facts=replace(full, cap=None)) == []
    assert told(replace(VISIT, pencilled=True), full) == []


def test_findings_come_in_the_order_of_the_rules():
    facts = replace(needled(-30), credentials=(), needled=6, cap=6, deceased=True)
    assert [rule for rule, _ in told(facts=facts)] == [0, 4, 27, 31]


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda: replace(VISIT, starts=MONDAY.replace(tzinfo=None)), "naive_instant", "starts"),
        (lambda: replace(VISIT, floor_hours=23), "out_of_range", "floor_hours"),
        (lambda: replace(VISIT, floor_hours=337), "out_of_range", "floor_hours"),
        (lambda: Needling(NECK, MONDAY.replace(tzinfo=None)), "naive_instant", "at"),
    ],
)
def test_values_refuse_nonsense(make, code, field):
    with pytest.raises(Invalid) as raised:
        make()
    assert (raised.value.code, raised.value.field) == (code, field)


def test_a_floor_may_be_a_day_or_two_weeks():
    assert [replace(VISIT, floor_hours=hours).floor_hours for hours in (24, 336)] == [24, 336]


@pytest.mark.thorough
@settings(derandomize=True, deadline=None, max_examples=300)
@given(hours=st.lists(st.integers(-200, 200), max_size=5), floor=st.sampled_from([24, 48, 72, 96]))
def test_a_gap_is_blocked_under_a_day_and_asks_for_a_reason_under_its_floor(hours, floor):
    nearest = min((abs(hour) for hour in hours), default=1000)
    expected = [26] if nearest < 24 else [27] if nearest < floor else []
    assert [rule for rule, _ in told(replace(VISIT, floor_hours=floor), needled(*hours))] == expected


@pytest.mark.parametrize(("gap", "rules"), [(None, []), (31, []), (32, [(40, "recheck_first")])])
def test_after_three_weeks_beyond_the_planned_gap_a_recheck_comes_first(gap, rules):
    facts = replace(GOOD, gap_days=gap, gap_max=10)
    assert told(facts=facts) == told(replace(VISIT, modalities=(Modality.EXERCISE,)), facts) == rules
    assert told(facts=replace(facts, gap_max=None)) == []


@pytest.mark.parametrize(
    ("days", "rules"),
    [(None, []), (0, [(41, "muscles_loaded_near")]), (1, [(41, "muscles_loaded_near")]), (2, []), (7, [])],
)
def test_muscles_rest_a_day_between_two_strength_exercises(days, rules):
    assert told(replace(VISIT, modalities=(Modality.EXERCISE,)), Facts(rest_days=days)) == rules
    assert told(facts=replace(GOOD, rest_days=days)) == rules
