from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence, ReservedStart, Shift, check_absences, patients_at_once
from clinic.domain.time import Span
from tests.unit.domain.practice.practices import credential, therapist
from tests.unit.faults import faults

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_therapist_tells_all_faults_at_once():
    away = Absence(NOON, NOON + 2 * HOUR)
    assert faults(
        lambda: therapist(
            code="",
            name="",
            initials="ABCDEFGHI",
            kind="wizard",
            gender="x",
            languages=("",),
            patient_limits={Modality.DRY_NEEDLING: 2},
            credentials=(credential(), credential(issuer="Other")),
            shifts=(Shift("york", WeeklyHours(0, 480, 600)), Shift("leeds", WeeklyHours(0, 590, 700))),
            absences=frozenset({away, Absence(NOON + HOUR, NOON + 3 * HOUR, "sick")}),
        )
    ) == [
        ("text_malformed", "code"),
        ("text_missing", "name"),
        ("text_too_long", "initials"),
        ("not_one_of", "kind"),
        ("not_one_of", "gender"),
        ("text_missing", "languages"),
        ("out_of_range", "patient_limits.dry-needling"),
        ("credential_twice", "credentials.1"),
        ("hours_overlap", "hours.1"),
        ("absences_overlap", "absences"),
    ]


def test_lanes_are_the_most_patients_any_component_allows():
    assert therapist().lanes == 1
    assert therapist(patient_limits={Modality.EXERCISE: 6, Modality.EDUCATION: 8}).lanes == 8


def test_absences_that_overlap_are_named_by_their_days_there():
    berlin = ZoneInfo("Europe/Berlin")
    leave, sick = (
        Absence(datetime(2026, 12, first, tzinfo=berlin), datetime(2026, 12, last + 1, tzinfo=berlin))
        for first, last in ((7, 11), (10, 13))
    )
    with pytest.raises(Invalid) as told:
        check_absences([leave, sick], tz=berlin)
    starts, ends, others = (told.value.params[name] for name in ("starts", "ends", "other_ends"))
    assert (starts, ends, others) == (date(2026, 12, 10), date(2026, 12, 13), date(2026, 12, 11))


def test_absences_that_touch_are_two_and_are_kept_in_utc():
    plus_two = timezone(2 * HOUR)
    away = Absence(datetime(2026, 11, 23, 12, tzinfo=plus_two), NOON)
    assert away.starts_at == NOON - 2 * HOUR
    assert away.starts_at.tzinfo is UTC
    therapist(absences=frozenset({away, Absence(NOON, NOON + HOUR)}))
    assert away.meets(Span(NOON - HOUR, NOON + HOUR))
    assert not away.meets(Span(NOON, NOON + HOUR))


def test_an_absence_has_a_kind_an_order_and_an_end():
    assert faults(lambda: Absence(NOON, NOON + HOUR, "holiday")) == [("not_one_of", "kind")]
    assert faults(lambda: Absence(NOON, NOON)) == [("span_reversed", "ends_at")]
    assert faults(lambda: Absence(NOON, NOON + timedelta(days=1200))) == [("absence_too_long", "ends_at")]


def test_reserved_starts_tell_all_faults_at_once():
    assert faults(lambda: ReservedStart("york", 9, 600, 480, "vip", 61)) == [
        ("out_of_range", "weekday"),
        ("hours_reversed", "ends_minute"),
        ("not_one_of", "kind"),
        ("out_of_range", "release_days"),
    ]


@pytest.mark.parametrize(
    ("modalities", "patients"),
    [
        ((Modality.EXERCISE,), 3),
        ((Modality.EXERCISE, Modality.EDUCATION), 2),
        ((Modality.EXERCISE, Modality.MANUAL_THERAPY), 1),
        ((Modality.EXERCISE, Modality.DRY_NEEDLING), 1),
        ((), 1),
    ],
)
def test_the_most_demanding_component_says_how_many_patients_there_are_at_once(modalities, patients):
    assert patients_at_once({Modality.EXERCISE: 3, Modality.EDUCATION: 2}, modalities) == patients
