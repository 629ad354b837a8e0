from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clinic.content.letters import OPENING, SUBJECT, day_words, zone_words
from clinic.domain.messages.telling import News
from clinic.domain.messages.terms import banned_terms
from clinic.services.messages.disclosing import place, practice_shown, title


@pytest.mark.parametrize(
    ("tz", "words"),
    [
        ("Europe/Berlin", "Berlin time, CET"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time, UTC-03"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_its_city(tz: str, words: str) -> None:
    local = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo(tz))
    assert zone_words(local, tz) == words
    assert day_words(local) == "Monday 23 November"


def test_the_repeated_hour_is_told_apart_by_its_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = [datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1)]
    assert [zone_words(hour, "Europe/Berlin") for hour in hours] == ["Berlin time, CEST", "Berlin time, CET"]


@pytest.mark.parametrize("said", News)
def test_every_news_has_words_that_name_nothing(said: News) -> None:
    assert banned_terms(SUBJECT[said] + OPENING[said], 1) == ()


@pytest.mark.parametrize(
    ("level", "shown"), [(1, "Appointment"), (2, "Appointment, Praxis Linde"), (3, "Appointment 3/6")]
)
def test_a_title_says_more_at_each_level_and_never_what_is_treated(level: int, shown: str) -> None:
    practice = practice_shown(level, "Praxis Linde", "The Practice")
    assert title(level, practice, 3, 6) == shown
    assert practice_shown(level, "Knee and Needling", "The Practice") == "The Practice"


def test_the_address_is_shown_by_choice_or_from_the_second_level_on() -> None:
    shown = [place(level, "Lindenweg 4", show_address=choice) for level in (1, 2) for choice in (False, True)]
    assert shown == ["", "Lindenweg 4", "Lindenweg 4", "Lindenweg 4"]
