from dataclasses import replace
from datetime import timedelta

import pytest

from clinic.domain.messages.delivery import backoff
from clinic.domain.messages.telling import News, Shown, news, to_tell

VISIT = Shown(1000, 1009, "Europe/Berlin", "Appointment", "", "+49 30 555 0100")
LATER = replace(VISIT, starts=2000, ends=2009)
GONE = replace(VISIT, cancelled=True)


@pytest.mark.parametrize(
    ("wanted", "told", "letter"),
    [
        (None, None, None),
        (VISIT, None, VISIT),
        (VISIT, VISIT, None),
        (LATER, VISIT, LATER),
        (None, VISIT, GONE),
        (None, GONE, None),
        (VISIT, GONE, VISIT),
    ],
)
def test_a_letter_is_written_only_when_there_is_something_to_tell(
    wanted: Shown | None, told: Shown | None, letter: Shown | None
) -> None:
    assert to_tell(wanted, told, tick=0) == letter


PROMISED = replace(VISIT, wall="2026-11-23T10:00")


def test_what_was_told_before_promises_were_kept_is_no_news() -> None:
    assert to_tell(PROMISED, VISIT, tick=0) is None
    assert to_tell(VISIT, PROMISED, tick=0) is None


def test_another_time_of_day_at_the_same_moment_is_a_move_and_the_same_at_another_a_change() -> None:
    other = replace(PROMISED, wall="2026-11-23T12:00")
    assert to_tell(other, PROMISED, tick=0) == other
    assert news(other, PROMISED, stands=True) is News.MOVED
    kept = replace(PROMISED, starts=976, ends=985)
    assert to_tell(kept, PROMISED, tick=0) == kept
    assert news(kept, PROMISED, stands=True) is News.CHANGED


@pytest.mark.parametrize(("tick", "tells"), [(1008, True), (1009, False)])
def test_what_is_over_is_nobodys_news(tick: int, tells: bool) -> None:
    assert (to_tell(VISIT, None, tick=tick) is not None) is tells
    assert (to_tell(None, VISIT, tick=tick) is not None) is tells
    assert to_tell(VISIT, LATER, tick=tick) == VISIT


@pytest.mark.parametrize(
    ("shown", "told", "stands", "said"),
    [
        (VISIT, None, True, News.NEW),
        (VISIT, GONE, True, News.NEW),
        (LATER, VISIT, True, News.MOVED),
        (replace(VISIT, tz="UTC"), VISIT, True, News.MOVED),
        (replace(VISIT, place="Lindenweg 4"), VISIT, True, News.CHANGED),
        (GONE, VISIT, False, News.CANCELLED),
        (GONE, VISIT, True, News.WITHDRAWN),
    ],
)
def test_a_letter_says_what_is_new(shown: Shown, told: Shown | None, stands: bool, said: News) -> None:
    assert news(shown, told, stands=stands) is said


def test_waits_double_from_a_minute_to_four_hours() -> None:
    waits = [backoff(tries, 0.5) for tries in range(1, 12)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=4)
    assert backoff(1, 0.0) < timedelta(minutes=1) < backoff(1, 0.99)
    assert max(backoff(99, 0.99), backoff(9, 0.99)) == timedelta(hours=4)
