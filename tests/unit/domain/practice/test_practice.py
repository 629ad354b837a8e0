from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import ReservedStart, Shift
from tests.unit.domain.practice.practices import location, practice, profile, room, therapist, two_locations
from tests.unit.faults import faults


def test_the_profile_tells_all_its_faults_at_once():
    assert faults(
        lambda: profile(
            name="",
            neutral_name="x\n",
            sender="nobody",
            language="",
            notice_minutes=-1,
            horizon_days=3,
            weights={"luck": 1},
            most_visits_a_day=6,
            most_visits_a_week=0,
            cancel_hours=721,
            reminder_hours=169,
        )
    ) == [
        ("text_missing", "name"),
        ("text_unprintable", "neutral_name"),
        ("address_malformed", "sender"),
        ("text_missing", "language"),
        ("out_of_range", "notice_minutes"),
        ("out_of_range", "horizon_days"),
        ("not_one_of", "weights.luck"),
        ("out_of_range", "most_visits_a_day"),
        ("out_of_range", "most_visits_a_week"),
        ("out_of_range", "cancel_hours"),
        ("out_of_range", "reminder_hours"),
    ]
    assert faults(lambda: profile(weights={"switch": 10_001})) == [("out_of_range", "weights.switch")]
    assert profile(weights={"switch": 3}).weights == {"switch": 3}
    assert profile(weights={"irregular_day": 2, "irregular_15min": 1}).weights["irregular_day"] == 2


def test_codes_are_unique_and_hours_name_known_locations():
    astray = therapist(
        code="astray",
        shifts=(Shift("hull", WeeklyHours(0, 480, 600)), Shift("hull", WeeklyHours(1, 480, 600))),
        reserved=(ReservedStart("leeds", 0, 480, 540),),
    )
    assert faults(
        lambda: practice(
            locations=(location(), location(rooms=(room(), room(code="york-2")))),
            staff=(therapist(), therapist(), astray),
        )
    ) == [
        ("code_twice", "locations.1.code"),
        ("code_twice", "locations.1.rooms.0.code"),
        ("code_twice", "staff.1.code"),
        ("unknown_location", "staff.2.hours"),
        ("unknown_location", "staff.2.hours"),
    ]


def test_the_way_between_two_locations_is_told_once_and_leads_to_known_ones():
    assert faults(lambda: two_locations(("leeds", "york", 40), ("york", "leeds", 45), ("hull", "york", 60))) == [
        ("code_twice", "travel.1.code"),
        ("unknown_location", "travel.2"),
    ]


def test_things_are_found_by_their_code():
    whole = practice()
    assert whole.location("york") is whole.locations[0]
    assert whole.room("york-1") is whole.locations[0].rooms[0]
    assert whole.colleague("robin") is whole.staff[0]
    assert two_locations(("york", "leeds", 40)).way("leeds/york").minutes == 40
