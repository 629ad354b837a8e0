from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.calendars.event import Status
from clinic.domain.errors import Invalid
from tests.unit.calendars.samples import NASTY, visit


def test_instants_are_kept_in_utc_to_the_second() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    event = visit(datetime(2026, 10, 6, 9, 0, 0, 999, tzinfo=berlin))
    assert event.starts == datetime(2026, 10, 6, 7, tzinfo=UTC)
    assert event.starts.tzinfo is UTC


def test_texts_lose_what_could_act_and_titles_their_line_breaks() -> None:
    event = visit(summary=NASTY, location=NASTY, description=NASTY)
    assert "\n" not in event.summary + event.location
    assert event.description.count("\n") == 3
    assert not set("\r\x00\x07\u2028") & set(event.summary + event.description)


def test_a_cancelled_visit_says_so() -> None:
    assert visit(status=Status.CANCELLED).cancelled
    assert not visit(status=Status.TENTATIVE).cancelled


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends": datetime(2026, 10, 6, 7, tzinfo=UTC)}, "span_reversed"),
        ({"ends": datetime(2026, 10, 6, 9)}, "naive_instant"),  # noqa: DTZ001
        ({"revised_at": datetime(2026, 10, 6, 9)}, "naive_instant"),  # noqa: DTZ001
        ({"tz": "Europe/Atlantis"}, "unknown_zone"),
        ({"summary": "\r\n\x00 "}, "text_missing"),
        ({"uid": ""}, "text_malformed"),
        ({"uid": "a b"}, "text_malformed"),
        ({"uid": "a\r\nATTENDEE:x"}, "text_malformed"),
        ({"uid": "x" * 256}, "text_malformed"),
        ({"related_to": "ü"}, "text_malformed"),
        ({"summary": "x" * 2001}, "text_too_long"),
        ({"location": "x" * 2001}, "text_too_long"),
        ({"description": "x" * 8001}, "text_too_long"),
        ({"sequence": -1}, "out_of_range"),
        ({"url": "javascript:alert(1)"}, "text_malformed"),
        ({"url": "https://"}, "text_malformed"),
        ({"url": "https://clinic.example/\r\nATTENDEE:x"}, "text_malformed"),
        ({"url": "https://clinic.example/ü"}, "text_malformed"),
        ({"alarm_lead": -timedelta(minutes=1)}, "alarm_after_start"),
    ],
)
def test_nonsense_is_refused(changes: dict, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        visit(**changes)
    assert caught.value.code == code
