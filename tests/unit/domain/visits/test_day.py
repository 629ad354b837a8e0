"""What can be said of a visit, and when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of
from clinic.domain.visits.day import not_ahead
from clinic.domain.visits.visit import Kind, Status, Stretch, Visit

VISIT = Visit(1, "v", 1, 1, 1, None, None, Kind.SINGLE, Status.BOOKED, "Europe/Berlin", (), (), "u", 0)
BEGINS = 5985000


@pytest.mark.parametrize(
    ("status", "minutes", "too_early"),
    [
        (Status.NO_SHOW, -1, True),
        (Status.NO_SHOW, 0, False),
        (Status.ARRIVED, -60, False),
        (Status.ARRIVED, -24 * 60, True),
        (Status.DONE, 24 * 60, False),
    ],
)
def test_what_became_of_a_visit_is_known_on_its_day_and_a_no_show_once_it_has_begun(status, minutes, too_early):
    visit = replace(VISIT, stretches=(Stretch(BEGINS, BEGINS + 6, 1, 1, ()),))
    now = instant_of(BEGINS) + timedelta(minutes=minutes)
    if not too_early:
        not_ahead(visit, status, now=now)
        return
    with pytest.raises(Invalid, match="visit_ahead"):
        not_ahead(visit, status, now=now)
