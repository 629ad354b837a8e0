"""Visits of several parts: who gives each, in which room, and what is held in between."""

from clinic.engine.calendars import Calendars, Patient, Room, Therapist
from clinic.engine.course import Course, NoCourse, Placed
from clinic.engine.kind import Kind, Staff
from clinic.engine.openings import openings, pinned
from clinic.engine.placement import place
from clinic.engine.request import Pin, Prefer, Request
from tests.unit.engine.samples import MONDAY, OPEN, course, hours, kind, part, practice, tick, with_step

Stay = tuple[int, int, str, str | None, int, int]


def one(each: Kind, calendars: Calendars | None = None, **changes: object) -> Request:
    """A single session on Tuesday, without wishes."""
    asked: dict[str, object] = {"sessions": 1, "start_within_days": 0, "prefer": Prefer(), "each": each} | changes
    return course(calendars, **asked)  # type: ignore[arg-type]


def visit(request: Request) -> Placed:
    answer = place(request)
    assert isinstance(answer, Course)
    return answer.sessions[0]


def parts(request: Request) -> list[Stay]:
    """Of each part its ticks after Tuesday eight, its length, who and where, and what the room is held around it."""
    return [
        (each.start - tick(1, 8), each.ticks, each.therapist, each.room, each.setup, each.cleanup)
        for each in visit(request).parts
    ]


def test_each_part_has_its_own_therapist_and_the_lead_is_the_visits() -> None:
    request = one(Kind((part(6, "ben"), part(9, "ann")), lead=1))
    assert parts(request) == [(0, 6, "ben", "one", 0, 0), (6, 9, "ann", "one", 0, 0)]
    found = visit(request)
    assert (found.therapist, found.room, found.ends) == ("ann", "one", tick(1, 8) + 15)


def test_a_room_is_set_up_and_cleaned_only_where_the_patient_comes_or_goes() -> None:
    each = Kind((part(6, setup=2, cleanup=3), part(6, setup=4, cleanup=1)))
    assert [(setup, cleanup) for *_, setup, cleanup in parts(one(each))] == [(2, 0), (0, 1)]


def test_a_patient_leaves_a_room_that_the_next_part_cannot_use_or_for_one_that_comes_first() -> None:
    each = Kind((part(6, rooms=("one",), setup=2, cleanup=3), part(6, rooms=("two",), setup=4, cleanup=1)))
    assert parts(one(each)) == [(0, 6, "ann", "one", 2, 3), (6, 6, "ann", "two", 4, 1)]
    back = Kind((part(6, rooms=("two",), cleanup=3), part(6)))
    assert [room for _, _, _, room, _, _ in parts(one(back))] == ["two", "one"]


def test_a_patient_stays_where_leaving_would_take_more_of_the_room_than_is_free() -> None:
    """Room two is taken again from half past eight, so that it cannot be cleaned then."""
    two = Room("two", taken=(hours([1], 9, 10) >> 6,))
    each = Kind((part(6, rooms=("two",), cleanup=3), part(6)))
    free = practice(rooms=(Room("one"), two))
    assert parts(one(each, free))[0][:4] == (24, 6, "ann", "two")
    taken = practice(rooms=(Room("one", taken=(hours([1], 8, 9),)), Room("two")))
    assert [stay[3:] for stay in parts(one(each, taken))] == [("two", 0, 0), ("two", 0, 0)]


def test_a_wait_is_spent_in_the_room_and_the_shortest_that_will_do_is_taken() -> None:
    busy = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", hours([1], 8, 10) << 8)))
    each = Kind((part(6, "ann", cleanup=1), part(6, "ben", wait=3, cleanup=1)))
    assert parts(one(each, busy)) == [(0, 6, "ann", "one", 0, 2), (8, 6, "ben", "one", 0, 1)]
    found = openings(busy, each)
    assert [way.layout for way in found.ways] == [(0, 6), (0, 7), (0, 8), (0, 9)]
    assert found.at(288 + 12 * 9, 0)[1].start == tick(1, 9) + 6


def test_the_patient_is_held_through_a_wait() -> None:
    each = Kind((part(6, "ann"), part(6, "ben", wait=3)))
    therapists = Therapist("ann", OPEN), Therapist("ben", hours([1], 8, 10) << 9)
    taken = Patient(taken=1 << 288 + 8 * 12 + 8)
    assert visit(one(each, practice(therapists=therapists))).start == tick(1, 8)
    assert visit(one(each, practice(therapists=therapists, patient=taken))).start == tick(1, 9)


def test_a_part_by_phone_needs_no_room() -> None:
    closed = practice(rooms=(Room("one", taken=(hours([1], 8, 9) >> 6,)), Room("two", 0)))
    each = Kind((part(6, rooms=None), part(6)))
    assert [stay[3] for stay in parts(one(each, closed))] == [None, "one"]
    after = Kind((part(6), part(6, rooms=None), part(6)))
    assert [stay[3] for stay in parts(one(after))] == ["one", None, "one"]
    assert [stay[3] for stay in parts(one(Kind((part(rooms=None),)), practice(rooms=())))] == [None]


def test_who_leads_a_second_part_is_needed_only_in_it() -> None:
    late = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", hours([1], 8, 9) & hours([1], 8, 9) << 6)))
    assert visit(one(Kind((part(6, "ann"), part(6, "ben")), lead=1), late)).start == tick(1, 8)
    assert isinstance(place(one(Kind((part(6, "ben"), part(6, "ann")), lead=1), late)), NoCourse)


def test_the_first_free_helper_is_taken() -> None:
    each = Kind((part(6, "ben"), part(6)))
    assert [stay[2] for stay in parts(one(each))] == ["ben", "ann"]
    calendars = practice(therapists=(Therapist("ann", hours([2])), Therapist("ben", OPEN)))
    assert [stay[2] for stay in parts(one(each, calendars))] == ["ben", "ben"]


def test_who_needs_watching_has_one_who_is_there_for_all_of_it() -> None:
    """One supervisor is there until half past eight, the other from then on; the first again from ten."""
    until, then = hours([1], 8, 9) & hours([1], 8, 9) >> 6, hours([1], 8, 10) & hours([1], 8, 10) << 6
    watched = Staff("ann", watched=(until | hours([1], 12, 14), then))
    assert visit(one(kind(staff=(watched,)))).start == tick(1, 9)
    assert visit(one(kind(staff=(watched,), ticks=24))).start == tick(1, 12)
    assert isinstance(place(one(kind(staff=(watched,), ticks=36))), NoCourse)


def test_a_pin_holds_the_lead_and_his_room() -> None:
    each = Kind((part(6, "ben", rooms=("one",)), part(6)), lead=1)
    request = with_step(one(each), 0, pin=Pin(tick(1, 10), "ben", "two"))
    assert parts(request) == [(24, 6, "ben", "one", 0, 0), (30, 6, "ben", "two", 0, 0)]
    assert visit(request).on == MONDAY.replace(day=8)
    nowhere = Kind((part(6), part(6, rooms=None)), lead=1)
    assert not any(pinned(openings(practice(), nowhere), Pin(tick(1, 10), room="two")).starts)


def test_the_time_of_day_counts_to_the_end_of_the_last_wait() -> None:
    """Wished from eight to nine: with a wait of five minutes the visit ends outside, which costs a quarter."""
    calendars = practice(therapists=(Therapist("ann", OPEN), Therapist("ben", hours([1], 8, 10) << 7)))
    wished = Prefer(minutes=(8 * 60, 9 * 60))
    found = visit(one(Kind((part(6, "ann"), part(6, "ben", wait=3))), calendars, prefer=wished))
    assert (found.start, found.costs["time_of_day"]) == (tick(1, 8), 1)


def test_a_kind_without_anybody_or_any_room_is_never_open() -> None:
    assert openings(practice(), kind(staff=())).starts == (0, 0)
    assert openings(practice(), Kind((part(6), part(6, rooms=())))).starts == (0, 0)
