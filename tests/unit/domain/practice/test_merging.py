from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.merging import Change, changes, merged, named
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence, ReservedStart, Shift
from clinic.domain.practice.places import Closure, Travel
from clinic.domain.practice.practice import Practice
from tests.unit.domain.practice.practices import (
    credential,
    location,
    practice,
    profile,
    room,
    therapist,
    two_locations,
)
from tests.unit.faults import faults

NOTHING = Practice(None)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CHRISTMAS = Closure(date(2026, 12, 25), date(2026, 12, 25), "Christmas Day")


def test_the_first_file_is_all_new_and_the_same_file_again_is_nothing():
    first = merged(NOTHING, practice())
    assert changes(NOTHING, first) == (
        Change("practice", "", True),
        Change("location", "york", True),
        Change("room", "york-1", True),
        Change("staff", "robin", True),
    )
    assert named(practice()) == 4
    assert changes(first, merged(first, practice())) == ()


def test_the_order_of_hours_and_credentials_in_a_file_changes_nothing():
    hours = (WeeklyHours(0, 480, 600, until_on=date(2026, 6, 1)), WeeklyHours(0, 480, 600, from_on=date(2026, 6, 2)))
    some = practice(
        locations=(location(hours=hours),),
        staff=(
            therapist(
                credentials=(credential(), credential(number="DN-2")),
                shifts=tuple(Shift("york", each) for each in hours),
                reserved=(ReservedStart("york", 1, 480, 540), ReservedStart("york", 0, 480, 540)),
            ),
        ),
    )
    other = practice(
        locations=(location(hours=hours[::-1]),),
        staff=(
            replace(
                some.staff[0],
                credentials=some.staff[0].credentials[::-1],
                shifts=some.staff[0].shifts[::-1],
                reserved=some.staff[0].reserved[::-1],
            ),
        ),
    )
    known = merged(NOTHING, some)
    assert changes(known, merged(known, other)) == ()


def test_what_a_file_does_not_name_stays():
    known = merged(NOTHING, practice(locations=(location(rooms=(room(), room(code="york-2"))),)))
    anew = merged(known, practice(profile=profile(name="New Name"), staff=(therapist(code="sasha"),)))
    assert changes(known, anew) == (Change("practice", "", False), Change("staff", "sasha", True))
    assert [each.code for each in anew.locations[0].rooms] == ["york-1", "york-2"]
    assert [each.code for each in anew.staff] == ["robin", "sasha"]


def test_closures_and_absences_are_added_to_those_that_the_desk_entered():
    away = Absence(NOON, NOON + timedelta(hours=4), "sick")
    known = merged(NOTHING, practice(staff=(therapist(absences=frozenset({away})),)))
    more = Absence(NOON + timedelta(days=1), NOON + timedelta(days=2))
    told = practice(
        locations=(location(closures=frozenset({CHRISTMAS}), rooms=(room(closures=frozenset({CHRISTMAS})),)),),
        staff=(therapist(absences=frozenset({more})),),
    )
    anew = merged(known, told)
    assert anew.staff[0].absences == {away, more}
    assert (anew.locations[0].closures, anew.room("york-1").closures) == ({CHRISTMAS}, {CHRISTMAS})
    assert changes(anew, merged(anew, practice())) == ()


def test_a_closure_of_the_same_days_keeps_the_name_it_has():
    known = merged(NOTHING, practice(locations=(location(closures=frozenset({CHRISTMAS})),)))
    told = practice(locations=(location(closures=frozenset({replace(CHRISTMAS, name="Xmas")})),))
    assert changes(known, merged(known, told)) == ()


def test_a_closure_of_the_same_name_and_first_day_is_made_longer():
    known = merged(NOTHING, practice(locations=(location(closures=frozenset({CHRISTMAS})),)))
    longer = frozenset({replace(CHRISTMAS, last_on=date(2026, 12, 27))})
    assert merged(known, practice(locations=(location(closures=longer),))).locations[0].closures == longer


def test_an_absence_that_overlaps_a_known_one_and_fewer_lanes_are_refused_together():
    known = merged(
        NOTHING,
        practice(
            locations=(location(rooms=(room(lanes=2),)),),
            staff=(
                therapist(absences=frozenset({Absence(NOON, NOON + timedelta(days=2))})),
                therapist(code="sasha", patient_limits={Modality.EXERCISE: 4}),
            ),
        ),
    )
    told = practice(
        staff=(
            therapist(absences=frozenset({Absence(NOON + timedelta(days=1), NOON + timedelta(days=3))})),
            therapist(code="sasha"),
        )
    )
    assert faults(lambda: merged(known, told)) == [
        ("lanes_fewer", "locations.york.rooms.york-1.lanes"),
        ("absences_overlap", "staff.robin.absences"),
        ("lanes_fewer", "staff.sasha.lanes"),
    ]


def test_a_room_cannot_move_to_another_location():
    known = merged(NOTHING, practice())
    told = practice(locations=(location(rooms=()), location(code="leeds")))
    assert faults(lambda: merged(known, told)) == [("code_twice", "locations.1.rooms.0.code")]


def test_the_way_that_a_file_tells_counts_and_others_stay():
    three = replace(two_locations(), locations=(*two_locations().locations, location(code="hull", rooms=())))
    known = merged(NOTHING, replace(three, travel=(Travel("york", "leeds", 40), Travel("york", "hull", 60))))
    anew = merged(known, replace(three, travel=(Travel("leeds", "york", 45),)))
    assert changes(known, anew) == (Change("travel", "leeds/york", False),)
    assert anew.travel == (Travel("leeds", "york", 45), Travel("hull", "york", 60))
