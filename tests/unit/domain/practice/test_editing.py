from dataclasses import replace
from datetime import date

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.editing import (
    code_for,
    hours_from,
    shifts_from,
    with_colleague,
    with_location,
    with_room,
)
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Shift
from tests.unit.domain.practice.practices import location, practice, room, therapist

MAY, APRIL = date(2026, 5, 1), date(2026, 4, 30)
MONDAY, TUESDAY = WeeklyHours(0, 480, 960), WeeklyHours(1, 480, 960)


def test_a_thing_takes_the_place_of_what_it_was_or_stands_behind_the_others():
    known = practice()
    named = with_location(known, replace(known.locations[0], name="York West", hours=(TUESDAY, MONDAY)))
    assert [(each.name, each.hours) for each in named.locations] == [("York West", (MONDAY, TUESDAY))]
    assert [each.code for each in with_location(known, location(code="leeds", rooms=())).locations] == ["york", "leeds"]
    assert [each.code for each in with_colleague(known, therapist(code="sasha")).staff] == ["robin", "sasha"]
    assert with_colleague(known, replace(known.staff[0], name="Robin R.")).staff[0].name == "Robin R."


def test_a_room_is_added_to_its_location_and_changed_there():
    known = with_room(practice(), "york", room(code="gym"))
    assert [each.code for each in known.locations[0].rooms] == ["york-1", "gym"]
    assert with_room(known, "york", room(code="gym", name="Hall")).room("gym").name == "Hall"


def test_lanes_that_visits_hold_are_not_taken_away():
    known = with_room(practice(), "york", room(code="gym", lanes=4))
    with pytest.raises(Invalid, match="lanes_fewer"):
        with_room(known, "york", room(code="gym", lanes=3))
    busy = with_colleague(practice(), therapist(patient_limits={Modality.EXERCISE: 3}))
    with pytest.raises(Invalid, match="lanes_fewer"):
        with_colleague(busy, therapist())


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Café Room 1", (), "cafe-room-1"),
        ("Gym", ("gym", "gym-2"), "gym-3"),
        ("療", (), "x"),
        (f"{'a' * 55} b", (), "a" * 55),
    ],
)
def test_a_code_says_the_name_and_is_nobody_elses(name, taken, code):
    assert code_for(name, taken) == code


def test_new_hours_begin_on_their_day_and_the_known_ones_end_the_day_before():
    later = replace(TUESDAY, from_on=date(2026, 6, 1))
    past = replace(TUESDAY, until_on=date(2026, 1, 31))
    assert hours_from([MONDAY, later, past], [TUESDAY], MAY) == (
        replace(MONDAY, until_on=APRIL),
        past,
        replace(TUESDAY, from_on=MAY),
    )


def test_told_hours_keep_their_own_dates_where_these_are_later_and_are_left_out_where_they_are_over():
    over, coming = replace(MONDAY, until_on=APRIL), replace(MONDAY, from_on=date(2026, 7, 1), until_on=date(2026, 8, 1))
    assert hours_from([], [over, coming], MAY) == (coming,)


def test_working_hours_change_location_by_location():
    known = (Shift("york", MONDAY), Shift("leeds", TUESDAY))
    assert shifts_from(known, (Shift("york", TUESDAY),), MAY) == (
        Shift("york", replace(MONDAY, until_on=APRIL)),
        Shift("york", replace(TUESDAY, from_on=MAY)),
        Shift("leeds", replace(TUESDAY, until_on=APRIL)),
    )
