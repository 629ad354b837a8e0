"""Until when a patient decides about a visit by himself."""

from datetime import timedelta

import pytest

from clinic.domain.time import instant_of
from clinic.domain.visits.self_service import Deed, allowed
from clinic.domain.visits.visit import Status
from tests.world import at

STARTS = at("2026-11-23", 10)


@pytest.mark.parametrize(
    ("status", "hours", "may"),
    [
        (Status.BOOKED, 25, set(Deed)),
        (Status.BOOKED, 24, set(Deed)),
        (Status.BOOKED, 23, {Deed.CONFIRM}),
        (Status.CONFIRMED, 24, {Deed.MOVE, Deed.CANCEL}),
        (Status.CONFIRMED, 23, set()),
        (Status.BOOKED, 0, set()),
        (Status.BOOKED, -1, set()),
        *((status, 48, set()) for status in Status if status not in (Status.BOOKED, Status.CONFIRMED)),
    ],
)
def test_a_visit_is_moved_and_cancelled_in_time_and_confirmed_until_it_begins(
    status: Status, hours: int, may: set[Deed]
) -> None:
    assert allowed(status, STARTS, 24, now=instant_of(STARTS) - timedelta(hours=hours)) == may


def test_without_a_notice_a_visit_is_cancelled_until_it_begins() -> None:
    assert allowed(Status.BOOKED, STARTS, 0, now=instant_of(STARTS) - timedelta(minutes=1)) == set(Deed)


@pytest.mark.parametrize(("status", "may"), [(Status.CANCELLED, {Deed.MOVE}), (Status.RELEASED, set())])
def test_for_a_visit_that_he_gave_up_he_takes_another_time_while_nobody_has_seen_to_it(
    status: Status, may: set[Deed]
) -> None:
    late = instant_of(STARTS) + timedelta(days=1)
    assert allowed(status, STARTS, 24, waits=True, now=late) == may
