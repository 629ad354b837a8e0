from datetime import UTC, date, datetime

import pytest

from clinic.domain.courses.offer import How, Outcome, held_until
from clinic.domain.errors import Invalid
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.places import Closure
from clinic.domain.time import zone
from clinic.domain.visits.changes import Settled

BERLIN = zone("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WEEK = (*(WeeklyHours(day, 480, 720) for day in range(5)), *(WeeklyHours(day, 780, 1080) for day in range(5)))


@pytest.mark.parametrize(
    ("now", "closures", "until"),
    [
        (FRIDAY, (), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), (), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), (), datetime(2026, 11, 24, 17, 0, tzinfo=UTC)),
        (
            FRIDAY,
            (Closure(date(2026, 11, 23), date(2026, 11, 24), "Works"),),
            datetime(2026, 11, 25, 17, 0, tzinfo=UTC),
        ),
    ],
)
def test_an_offer_holds_until_the_next_working_day_closes(now, closures, until):
    assert held_until(now, BERLIN, WEEK, closures) == until


def test_where_nothing_opens_an_offer_holds_until_the_next_day_ends():
    assert held_until(FRIDAY, BERLIN, (), ()) == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("how", [{"accepted_by": " ", "how": How.PHONE}, {"accepted_by": "Ada"}])
def test_a_yes_says_who_and_how(how):
    with pytest.raises(Invalid):
        Settled(1, 1, 1, Outcome.ACCEPTED, **how)


def test_a_no_needs_no_name():
    assert Settled(1, 1, 1, Outcome.DECLINED).how is None
