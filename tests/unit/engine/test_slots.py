from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.engine.calendars import Room, Therapist
from clinic.engine.request import Staff
from clinic.engine.slots import Choice, Slot, nearest, slots
from tests.unit.engine.oracle import options_of
from tests.unit.engine.problems import random_problem
from tests.unit.engine.samples import OPEN, hours, kind, practice, tick


@given(st.integers(0, 2**32))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_the_slots_are_what_brute_force_finds(seed: int) -> None:
    setting, request = random_problem(seed)
    calendars = request.calendars
    therapists, rooms = [each.id for each in calendars.therapists], [each.id for each in calendars.rooms]
    for each in request.kinds:
        found: dict[int, tuple[list[str], str]] = {}
        for option in options_of(setting, request, each):
            who, _ = found.setdefault(option.start, ([], rooms[option.room]))
            if therapists[option.therapist] not in who:
                who.append(therapists[option.therapist])
        expected = [Slot(start, tuple(who), room) for start, (who, room) in sorted(found.items())]
        assert list(slots(calendars, each)) == expected


def test_a_slot_names_the_therapists_and_the_first_free_room() -> None:
    calendars = practice(
        therapists=(Therapist("ann", hours([1], 8, 10)), Therapist("ben", hours([1], 9, 10))),
        rooms=(Room("one", taken=(hours([1], 8, 9),)), Room("two")),
    )
    assert slots(calendars, kind()) == (Slot(tick(1, 8), ("ann",), "two"), Slot(tick(1, 9), ("ann", "ben"), "one"))


def test_slots_are_those_of_the_days_asked_for_but_for_the_reserved_ones() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([1, 2, 4], 9, 11), reserved=hours([2], 9, 10)),))
    found = slots(calendars, kind(staff=(Staff("ann"),)), days=0b1100)
    assert [slot.start for slot in found] == [tick(2, 10)]


def test_a_full_practice_has_no_slots() -> None:
    assert slots(practice(rooms=(Room("one", taken=(OPEN,)),)), kind(rooms=("one",))) == ()
    assert slots(practice(), kind(staff=())) == ()
    assert slots(practice(), kind(rooms=())) == ()


FOUND = (
    Slot(tick(1, 9), ("ann",), "one"),
    Slot(tick(1, 12), ("ben",), "one"),
    Slot(tick(1, 14), ("ben", "ann"), "two"),
    Slot(tick(4, 11), ("ann",), "one"),
)


def test_the_nearest_starts_come_first_and_another_therapist_counts_as_further_away() -> None:
    assert [each.start for each in nearest(FOUND, tick(1, 11))] == [tick(1, 12), tick(1, 9), tick(1, 14)]
    assert nearest(FOUND, tick(1, 11), "ann") == (
        Choice(tick(1, 9), "ann", "one"),
        Choice(tick(1, 14), "ann", "two"),
        Choice(tick(1, 12), "ben", "one"),
    )
    assert [each.start for each in nearest(FOUND, tick(1, 11), "ann", change_ticks=0, most=1)] == [tick(1, 12)]


def test_of_two_starts_as_near_the_earlier_comes_first() -> None:
    assert nearest(FOUND[:2], (tick(1, 9) + tick(1, 12)) // 2)[0].start == tick(1, 9)


def test_few_slots_give_few_choices() -> None:
    assert nearest((), tick(1, 9)) == ()
    assert len(nearest(FOUND[:2], tick(1, 9), "cyd")) == 2
