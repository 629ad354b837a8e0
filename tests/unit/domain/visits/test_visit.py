from dataclasses import replace

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.changes import Move, Turn, Widen
from clinic.domain.visits.visit import (
    GONE,
    MOVABLE,
    NEXT,
    SHOWN,
    Kind,
    NewVisit,
    Status,
    Stretch,
    Visit,
    joined,
    kept_rooms,
    whole_chain,
)

NEEDLING = Stretch(100, 106, 1, 1, (Modality.ASSESSMENT, Modality.DRY_NEEDLING), cleanup=1)
EXERCISE = Stretch(106, 112, 2, 3, (Modality.EXERCISE,))
NEW = NewVisit(1, 1, "Europe/Berlin", Kind.SINGLE, Status.BOOKED, (NEEDLING, EXERCISE))
VISIT = Visit(
    7, "v", 1, 1, 1, None, None, Kind.SINGLE, Status.BOOKED, "Europe/Berlin", (NEEDLING, EXERCISE), (), "u@c", 0
)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends": 100}, "visit_length"),
        ({"ends": 99}, "visit_length"),
        ({"starts": -1}, "visit_length"),
        ({"ends": 100 + 97}, "visit_length"),
        ({"setup": -1}, "visit_around"),
        ({"cleanup": -1}, "visit_around"),
    ],
)
def test_a_stretch_has_a_length_of_at_most_eight_hours(changed, code):
    with pytest.raises(Invalid, match=code):
        replace(NEEDLING, **changed)


def test_stretches_follow_one_another_with_or_without_a_wait():
    assert whole_chain((NEEDLING, EXERCISE)) == (100, 112)
    assert whole_chain((NEEDLING, replace(EXERCISE, starts=108))) == (100, 112)


@pytest.mark.parametrize(
    ("stretches", "code"),
    [((), "visit_empty"), ((EXERCISE, NEEDLING), "segments_overlap"), ((NEEDLING, NEEDLING), "segments_overlap")],
)
def test_a_visit_is_a_chain_of_stretches(stretches, code):
    with pytest.raises(Invalid, match=code):
        replace(NEW, stretches=stretches)


@pytest.mark.parametrize("status", list(Status))
def test_a_new_visit_begins_held_pencilled_or_booked(status):
    if status in (Status.HELD, Status.PENCILLED, Status.BOOKED):
        assert replace(NEW, status=status).status is status
        return
    with pytest.raises(Invalid) as refused:
        replace(NEW, status=status)
    assert (refused.value.code, refused.value.params) == ("visit_begins_as", {"status": status})


def test_a_visit_spans_its_stretches_and_needles_if_one_of_them_does():
    assert (VISIT.starts, VISIT.ends) == (100, 112)
    assert VISIT.needles
    assert not replace(VISIT, stretches=(EXERCISE,)).needles


def test_a_visit_moves_with_all_its_stretches():
    later = (replace(NEEDLING, starts=200, ends=206), replace(EXERCISE, starts=206, ends=212))
    assert Move(VISIT, later).stretches == later
    for wrong, code in (((later[0],), "visit_length"), ((), "visit_empty"), (later[::-1], "segments_overlap")):
        with pytest.raises(Invalid, match=code):
            Move(VISIT, wrong)


@pytest.mark.parametrize("status", list(Status))
def test_a_visit_moves_while_nobody_has_come(status):
    visit = replace(VISIT, status=status)
    if status in MOVABLE:
        assert Move(visit, VISIT.stretches).visit is visit
        return
    with pytest.raises(Invalid, match="visit_settled"):
        Move(visit, VISIT.stretches)


@pytest.mark.parametrize("after", list(Status))
@pytest.mark.parametrize("before", list(Status))
def test_a_visit_turns_into_what_may_follow_and_nothing_else(before, after):
    visit = replace(VISIT, status=before)
    if after in NEXT.get(before, ()):
        assert Turn(visit, after).status is after
        return
    with pytest.raises(Invalid) as refused:
        Turn(visit, after)
    assert refused.value.code == ("visit_turns_to" if before in NEXT else "visit_settled")


def test_what_is_over_stays_over_and_nothing_turns_into_itself():
    over = {Status.DONE, Status.CANCELLED, Status.RELEASED}
    assert over.isdisjoint(NEXT)
    assert all(before not in after for before, after in NEXT.items())
    assert set(NEXT[Status.BOOKED]) >= {Status.CANCELLED, Status.ARRIVED, Status.NO_SHOW}
    assert set(NEXT[Status.PENCILLED]) >= {Status.BOOKED, Status.RELEASED}


def test_no_visit_is_shown_to_the_patient_once_it_is_gone():
    assert GONE.isdisjoint(SHOWN)
    assert GONE.isdisjoint(MOVABLE)


def test_a_room_in_which_the_patient_stays_is_not_cleaned_in_between():
    rooms = (5, 5, 5, 6)
    first, second, third, fourth = (Stretch(3 * n, 3 * n + 3, 1, room, (), 1, 2) for n, room in enumerate(rooms))
    kept = kept_rooms((first, second, third, fourth))
    assert [(one.setup, one.cleanup) for one in kept] == [(1, 0), (0, 0), (0, 2), (1, 2)]
    by_phone = (replace(first, room_id=None), replace(second, room_id=None))
    assert kept_rooms(by_phone) == by_phone


def test_people_and_rooms_are_named_once_in_order():
    assert joined(["Room 2", None, "Gym", "Room 2", ""]) == "Room 2, Gym"
    assert joined([None]) is None


@pytest.mark.parametrize(
    ("days", "reason", "code"), [(0, "flare", "out_of_range"), (366, "flare", "out_of_range"), (7, " ", "gap_reason")]
)
def test_a_longer_gap_has_a_length_and_a_reason(days, reason, code):
    assert Widen(1, 1, 1, 7, "flare").days == 7
    with pytest.raises(Invalid, match=code):
        Widen(1, 1, 1, days, reason)


def test_only_a_visit_that_begins_can_leave_its_needling_out():
    there = replace(VISIT, status=Status.ARRIVED)
    assert Turn(there, Status.IN_SESSION).starts_needling
    assert not Turn(there, Status.IN_SESSION, without_needling=True).starts_needling
    assert not Turn(replace(there, stretches=(EXERCISE,)), Status.IN_SESSION).starts_needling
    assert not Turn(VISIT, Status.ARRIVED).starts_needling
    with pytest.raises(Invalid, match="visit_turns_to"):
        Turn(VISIT, Status.CANCELLED, without_needling=True)
