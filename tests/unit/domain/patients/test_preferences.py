from dataclasses import replace
from datetime import date

import pytest

from clinic.domain.patients.choices import Choices
from clinic.domain.patients.preferences import Availability, Away, Preferences, preferences_from
from clinic.domain.practice.hours import WeeklyHours
from tests.unit.faults import faults

WISH = Preferences(frozenset({0, 2}), (540, 720), "k3abc", True, "female", True)


@pytest.mark.parametrize("wish", [WISH, Preferences()])
def test_wishes_come_back_from_storage_as_they_were(wish):
    assert preferences_from(wish.document()) == wish


def test_wishes_for_one_course_leave_the_patients_own_where_they_say_nothing():
    assert Preferences().over(WISH) == WISH
    assert WISH.over(Preferences(frozenset({4}), None, "x", False, "male", regular=True)) == replace(WISH, regular=True)
    other = Preferences(therapist="other", gender="male")
    assert other.over(WISH) == Preferences(WISH.weekdays, WISH.window, "other", False, "male", False)


def test_an_empty_document_is_no_wish():
    assert preferences_from({}) == Preferences()
    assert faults(lambda: preferences_from({"mood": 1})) == [("field_unknown", "mood")]


def test_wishes_tell_all_faults_at_once():
    assert faults(lambda: Preferences(frozenset({7}), (600, 540), "", False, "unknown")) == [
        ("out_of_range", "weekdays"),
        ("hours_reversed", "ends_minute"),
        ("text_missing", "therapist"),
        ("not_one_of", "gender"),
    ]


def test_a_must_says_what():
    assert faults(lambda: Preferences(therapist_required=True, gender_required=True)) == [
        ("required_without_choice", "therapist"),
        ("required_without_choice", "gender"),
    ]


def test_days_away_and_hours_have_an_order():
    assert faults(lambda: Away(date(2026, 1, 2), date(2026, 1, 1))) == [("dates_reversed", "last_on")]
    two = (WeeklyHours(0, 480, 600), WeeklyHours(0, 540, 700))
    assert faults(lambda: Availability(two)) == [("hours_overlap", "hours.1")]
    assert Availability().hours == ()


def test_choices_start_neutral_and_tell_all_faults_at_once():
    assert (Choices().disclosure, Choices().invites) == (1, "invites")
    Choices(alarm_minutes=60, tz="Europe/Berlin")
    assert faults(lambda: Choices(4, "post", True, -1, 121, "x" * 65, "Mars/Base")) == [
        ("out_of_range", "disclosure"),
        ("not_one_of", "invites"),
        ("out_of_range", "alarm_minutes"),
        ("out_of_range", "extra_minutes"),
        ("text_too_long", "interpreter"),
        ("unknown_zone", "tz"),
    ]
