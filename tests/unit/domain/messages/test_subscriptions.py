from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.messages.subscriptions import (
    Standing,
    Subscription,
    client,
    code_of,
    level_for_relative,
    standing,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"name": " "}, "text_missing", "name"),
        ({"name": "a\nb"}, "text_unprintable", "name"),
        ({"name": "n" * 65}, "text_too_long", "name"),
        ({"label": "l" * 21}, "text_too_long", "label"),
        ({"label": "a\rb"}, "text_unprintable", "label"),
        ({"label": "Mum’s dry needling"}, "label_tells", "label"),
        ({"label": "Mum’s knee"}, "label_tells", "label"),
        ({"level": 0}, "out_of_range", "level"),
        ({"level": 4}, "out_of_range", "level"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Subscription(**{"name": "phone", **asked})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_subscription_is_private_and_the_patients_own_unless_more_is_said() -> None:
    plain = Subscription("phone")
    assert (plain.private, plain.level, plain.relative, plain.label) == (True, None, "", "")
    assert Subscription("phone", label="Mum’s appointment", level=3).level == 3


@pytest.mark.parametrize(
    ("wanted", "own", "agreed", "level"),
    [(None, 3, True, 1), (1, 1, False, 1), (2, 3, False, 2), (3, 3, True, 3)],
)
def test_a_relative_sees_titles_unless_more_is_asked_for(
    wanted: int | None, own: int, agreed: bool, level: int
) -> None:
    assert level_for_relative(wanted, own, agreed=agreed) == level


@pytest.mark.parametrize(
    ("wanted", "own", "agreed", "code"),
    [(2, 1, True, "feed_level"), (3, 2, True, "feed_level"), (3, 3, False, "feed_level_unsaid")],
)
def test_a_relative_never_sees_more_than_the_patient_says(wanted: int, own: int, agreed: bool, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        level_for_relative(wanted, own, agreed=agreed)
    assert refused.value.code == code


def test_a_visit_has_a_short_code_where_nobody_is_named() -> None:
    assert code_of("k3f9qz2abcdefghi") == "K3F9QZ"


def test_a_calendar_is_stale_once_it_was_not_fetched_for_longer_than_the_limit() -> None:
    assert standing(None, stale_days=7, now=NOW) is Standing.NEVER
    assert standing(NOW - timedelta(days=7), stale_days=7, now=NOW) is Standing.FRESH
    assert standing(NOW - timedelta(days=7, seconds=1), stale_days=7, now=NOW) is Standing.STALE


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.2.0", "Thunderbird"),
        ("Google-Calendar-Importer", "Google Calendar"),
        ("iOS/26.0 (23A341) dataaccessd/1.0", "Apple Calendar"),
        ("macOS/26.0 (25A354) CalendarAgent/1062", "Apple Calendar"),
        ("Mac OS X/10.15.7 (19H2026) CalendarAgent/930.5.1", "Apple Calendar"),
        ("Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)", "Outlook"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)", "Outlook"),
        ("Evolution/3.46.4", "GNOME Evolution"),
        ("ICSx5/2.2.3 (ical4j/3.2.19 okhttp/4.12.0) Android/15", "ICSx5"),
        ("Nextcloud Calendar/5.0", "Nextcloud"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "Web browser"),
        ("SomeCalendar/3.1 (tablet)", "SomeCalendar"),
        ("  ", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_calendar_program_is_called_by_the_name_people_know(user_agent: str, name: str) -> None:
    assert client(user_agent) == name
