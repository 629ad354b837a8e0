from datetime import date

from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.places import Closure, Travel
from tests.unit.domain.practice.practices import location, room
from tests.unit.faults import faults


def test_a_location_tells_all_its_faults_at_once():
    assert faults(
        lambda: location(
            code="York!",
            name="",
            address="x" * 201,
            tz="Europe/Atlantis",
            phone=" ",
            emergency_number="9\n99",
            country="gb",
            subdivision="eng",
            jurisdiction="GB-",
            grid_minutes=12,
            hours=(WeeklyHours(0, 480, 600), WeeklyHours(0, 540, 700)),
        )
    ) == [
        ("text_malformed", "code"),
        ("text_missing", "name"),
        ("text_too_long", "address"),
        ("unknown_zone", "tz"),
        ("text_missing", "phone"),
        ("text_unprintable", "emergency_number"),
        ("text_malformed", "country"),
        ("text_malformed", "subdivision"),
        ("text_malformed", "jurisdiction"),
        ("grid_off_tick", "grid_minutes"),
        ("hours_overlap", "hours.1"),
    ]


def test_a_room_has_a_code_lanes_and_known_capabilities():
    assert faults(lambda: room(code="-", name="", lanes=0, capabilities=frozenset({"pool"}))) == [
        ("text_malformed", "code"),
        ("text_missing", "name"),
        ("out_of_range", "lanes"),
        ("unknown_capability", "capabilities"),
    ]
    assert faults(lambda: room(capabilities=frozenset())) == [("unknown_capability", "capabilities")]


def test_a_closure_includes_both_its_ends():
    closure = Closure(date(2026, 12, 24), date(2026, 12, 26), "Christmas")
    days = [date(2026, 12, day) for day in (23, 24, 26, 27)]
    assert [closure.on(day) for day in days] == [False, True, True, False]


def test_a_closure_is_named_in_order_and_at_most_two_years():
    assert faults(lambda: Closure(date(2026, 1, 2), date(2026, 1, 1), "")) == [
        ("dates_reversed", "last_on"),
        ("text_missing", "name"),
    ]
    assert faults(lambda: Closure(date(2026, 1, 1), date(2029, 1, 1), "Works")) == [("closure_too_long", "last_on")]


def test_a_way_leads_somewhere_else_and_is_the_same_in_either_direction():
    assert Travel("york", "leeds", 40) == Travel("leeds", "york", 40)
    assert Travel("york", "leeds", 0).code == "leeds/york"
    assert faults(lambda: Travel("york", "york", 40)) == [("travel_to_itself", "to")]
    assert faults(lambda: Travel("", 5, 481)) == [
        ("text_missing", "from"),
        ("not_text", "to"),
        ("out_of_range", "minutes"),
    ]
