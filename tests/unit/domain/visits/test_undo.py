from dataclasses import replace

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Move, Stood, Turn
from clinic.domain.visits.undo import Step, as_it_is, inverses
from clinic.domain.visits.visit import BACK, Kind, Status, Stretch, Visit

NEEDLING = Stretch(100, 106, 1, 1, (Modality.DRY_NEEDLING,), cleanup=1)
VISIT = Visit(7, "v", 3, 1, 1, None, None, Kind.SINGLE, Status.BOOKED, "Europe/Berlin", (NEEDLING,), (), "u@c", 0)


def test_a_move_that_is_undone_puts_the_visit_back_with_what_was_said_of_that_time():
    step = Step(7, 3, Status.CONFIRMED, ((88, 94, 2, 4, 0, 2),), Answer.ACCEPTED)
    there = Stretch(88, 94, 2, 4, (Modality.DRY_NEEDLING,), cleanup=2)
    assert step.inverse(VISIT) == Move(VISIT, (there,), Stood(Status.CONFIRMED, Answer.ACCEPTED, 2))


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        (Status.CONFIRMED, Status.CANCELLED, Status.CONFIRMED),
        (Status.BOOKED, Status.ARRIVED, Status.BOOKED),
        (Status.ARRIVED, Status.IN_SESSION, Status.ARRIVED),
        (Status.IN_SESSION, Status.DONE, Status.IN_SESSION),
        (Status.CONFIRMED, Status.NO_SHOW, Status.CONFIRMED),
        (Status.NO_SHOW, Status.BOOKED, Status.NO_SHOW),
        (Status.PENCILLED, Status.RELEASED, Status.PENCILLED),
        (None, Status.BOOKED, Status.RELEASED),
        (None, Status.PENCILLED, Status.RELEASED),
        (Status.HELD, Status.BOOKED, Status.RELEASED),
    ],
)
def test_a_step_that_is_undone_leads_back_where_the_visit_stood(before, after, back):
    turned = replace(VISIT, status=after)
    as_of = None if before is Status.HELD else 2
    assert Step(7, 3, before).inverse(turned) == Turn(turned, back, back=True, as_of=as_of)


def test_a_visit_is_as_it_was_before_what_was_undone():
    assert as_it_is(3, {}) == 3
    assert as_it_is(6, {4: 2, 6: 3}) == 3
    assert as_it_is(6, {5: 2, 6: 5}) == 2


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (Step(7, 3, Status.ARRIVED, stays=True), Status.IN_SESSION),
        (Step(7, 3, None), Status.HELD),
        (Step(7, 3, Status.BOOKED), Status.HELD),
    ],
)
def test_some_steps_have_no_way_back(step, status):
    with pytest.raises(Invalid, match="stays_done"):
        step.inverse(replace(VISIT, status=status))


def test_of_several_steps_the_last_is_undone_first():
    gone, new = replace(VISIT, status=Status.CANCELLED), replace(VISIT, id=8, version=1)
    found = inverses([Step(7, 3, Status.BOOKED), Step(8, 1, None)], {7: gone, 8: new})
    assert found == (
        Turn(new, Status.RELEASED, back=True, as_of=0),
        Turn(gone, Status.BOOKED, back=True, as_of=2),
    )


def test_a_time_that_was_kept_alone_and_is_free_again_stays_free():
    gone, new = replace(VISIT, status=Status.RELEASED), replace(VISIT, id=8, version=1)
    steps, visits = [Step(7, 3, Status.HELD), Step(8, 1, None)], {7: gone, 8: new}
    assert inverses(steps, visits) == (Turn(new, Status.RELEASED, back=True, as_of=0),)
    with pytest.raises(Invalid, match="stays_done"):
        inverses(steps[:1], visits)


@pytest.mark.parametrize("status", BACK)
def test_a_way_back_leads_nowhere_else(status):
    with pytest.raises(Invalid, match="visit_turns_to"):
        Turn(replace(VISIT, status=status), Status.HELD, back=True)


def test_a_visit_that_is_held_has_no_way_back():
    with pytest.raises(Invalid, match="visit_settled"):
        Turn(replace(VISIT, status=Status.HELD), Status.BOOKED, back=True)


@pytest.mark.parametrize(
    ("status", "to", "back", "flows", "stays"),
    [
        (Status.BOOKED, Status.ARRIVED, False, True, True),
        (Status.ARRIVED, Status.BOOKED, True, True, True),
        (Status.BOOKED, Status.NO_SHOW, False, True, False),
        (Status.NO_SHOW, Status.BOOKED, True, True, False),
        (Status.NO_SHOW, Status.BOOKED, False, False, False),
        (Status.CANCELLED, Status.BOOKED, True, False, False),
    ],
)
def test_steps_of_the_day_are_told_to_nobody_and_judged_once(status, to, back, flows, stays):
    turn = Turn(replace(VISIT, status=status), to, back=back)
    assert (turn.flows, turn.stays) == (flows, stays)


def test_needling_begins_once():
    done = replace(VISIT, status=Status.DONE)
    assert not Turn(done, Status.IN_SESSION, back=True).starts_needling
