import pytest
from hypothesis import strategies as st

from clinic.engine.calendars import Room, Therapist
from clinic.engine.kind import Kind, Staff
from clinic.engine.openings import PlacedPart, openings
from clinic.engine.slots import Choice, Slot, chosen, nearest, slots
from tests.examples import tried
from tests.unit.engine.oracle_options import options_of
from tests.unit.engine.problems import random_problem
from tests.unit.engine.samples import OPEN, hours, kind, part, practice, tick


@tried(80, 2_000, st.integers(0, 2**32))
def test_the_slots_are_what_brute_force_finds(seed: int) -> None:
    check(seed)


@pytest.mark.prove
@pytest.mark.mutants
def test_a_few_slots_are_what_brute_force_finds() -> None:
    for seed in range(20):
        check(seed)


def check(seed: int) -> None:
    setting, request = random_problem(seed)
    calendars = request.calendars
    therapists, rooms = [each.id for each in calendars.therapists], [each.id for each in calendars.rooms]
    for each in request.kinds:
        found = openings(calendars, each)
        expected: dict[int, list[str]] = {}
        for option in options_of(setting, request.calendars, each):
            expected.setdefault(option.start, []).append(therapists[option.lead])
            room = option.rooms[each.lead][0]
            choice = chosen(found, option.start, therapists[option.lead])
            assert (choice.therapist, choice.room) == (therapists[option.lead], None if room < 0 else rooms[room])
            assert [therapists.index(one.therapist) for one in choice.parts] == list(option.people)
        assert list(slots(found)) == [Slot(start, tuple(who)) for start, who in sorted(expected.items())]


def test_a_slot_names_the_therapists_and_a_choice_the_first_free_room() -> None:
    calendars = practice(
        therapists=(Therapist("ann", hours([1], 8, 10)), Therapist("ben", hours([1], 9, 10))),
        rooms=(Room("one", taken=(hours([1], 8, 9),)), Room("two")),
    )
    found = openings(calendars, kind())
    assert slots(found) == (Slot(tick(1, 8), ("ann",)), Slot(tick(1, 9), ("ann", "ben")))
    assert chosen(found, tick(1, 8), "ann").room == "two"
    assert chosen(found, tick(1, 9), "ben") == Choice(
        tick(1, 9), "ben", "one", (PlacedPart(tick(1, 9), 12, "ben", "one", 0, 0),)
    )


def test_a_choice_has_all_parts_and_the_room_of_its_lead() -> None:
    each = Kind((part(6, "ben", rooms=("two",)), part(6, "ann", rooms=("one",))), lead=1)
    choice = chosen(openings(practice(), each), tick(1, 9), "ann")
    assert (choice.therapist, choice.room) == ("ann", "one")
    assert [(one.therapist, one.room) for one in choice.parts] == [("ben", "two"), ("ann", "one")]
    remote = chosen(openings(practice(), kind(rooms=None)), tick(1, 9), "ann")
    assert remote.room is None


def test_slots_are_those_of_the_days_asked_for_but_for_the_reserved_ones() -> None:
    calendars = practice(therapists=(Therapist("ann", hours([1, 2, 4], 9, 11), reserved=hours([2], 9, 10)),))
    found = slots(openings(calendars, kind(staff=(Staff("ann"),))), days=0b1100)
    assert [slot.start for slot in found] == [tick(2, 10)]


def test_a_full_practice_has_no_slots() -> None:
    full = practice(rooms=(Room("one", taken=(OPEN,)),))
    assert slots(openings(full, kind(rooms=("one",)))) == ()
    assert slots(openings(practice(), kind(staff=()))) == ()
    assert slots(openings(practice(), kind(rooms=()))) == ()


FOUND = openings(
    practice(
        therapists=(Therapist("ben", hours([1], 12, 13) | hours([1], 14, 15)), Therapist("ann", OPEN)),
        rooms=(Room("one", taken=(hours([1], 14, 15),)), Room("two")),
    ),
    kind(),
)
FREE = (
    Slot(tick(1, 9), ("ann",)),
    Slot(tick(1, 12), ("ben",)),
    Slot(tick(1, 14), ("ben", "ann")),
    Slot(tick(4, 11), ("ann",)),
)


def test_the_nearest_starts_come_first_and_another_therapist_counts_as_further_away() -> None:
    assert [each.start for each in nearest(FOUND, FREE, tick(1, 11))] == [tick(1, 12), tick(1, 9), tick(1, 14)]
    found = nearest(FOUND, FREE, tick(1, 11), "ann")
    assert [(each.start, each.therapist, each.room) for each in found] == [
        (tick(1, 9), "ann", "one"),
        (tick(1, 14), "ann", "two"),
        (tick(1, 12), "ben", "one"),
    ]
    near = nearest(FOUND, FREE, tick(1, 11), "ann", change_ticks=0, most=1)
    assert [each.start for each in near] == [tick(1, 12)]


def test_of_two_starts_as_near_the_earlier_comes_first() -> None:
    assert nearest(FOUND, FREE[:2], (tick(1, 9) + tick(1, 12)) // 2)[0].start == tick(1, 9)


def test_few_slots_give_few_choices() -> None:
    assert nearest(FOUND, (), tick(1, 9)) == ()
    assert len(nearest(FOUND, FREE[:2], tick(1, 9), "cyd")) == 2
