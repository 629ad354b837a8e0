import logging
from datetime import UTC, date, datetime, timedelta

import pytest

from clinic.content import languages
from clinic.content.languages import LANGUAGES, NAMES, spoken, wording
from clinic.domain.time import zone

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST = date(2026, 12, 1)
LENGTH = timedelta(minutes=45)


def local(tz: str, instant: datetime = MONDAY) -> datetime:
    return instant.astimezone(zone(tz))


@pytest.mark.parametrize(
    ("asked", "answer"), [("de", "de"), ("de-CH", "de"), ("fr_CA", "fr"), ("EN-gb", "en"), ("ES", "es")]
)
def test_a_variety_is_spoken_as_its_language(asked: str, answer: str) -> None:
    assert spoken(asked) == answer


def test_a_language_that_nobody_speaks_is_english_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    spoken.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert [spoken("tlh-QQ"), spoken("tlh-QQ")] == ["en", "en"]
    assert [record.getMessage() for record in caplog.records] == ["language not spoken, English is used instead: tlh"]


def test_every_language_has_a_name_of_its_own() -> None:
    assert tuple(NAMES) == LANGUAGES


@pytest.mark.parametrize(
    ("language", "day", "full_day", "first"),
    [
        ("en", "Monday 23 November", "Monday 23 November 2026", "Tuesday 1 December"),
        ("de", "Montag, 23. November", "Montag, 23. November 2026", "Dienstag, 1. Dezember"),
        ("es", "lunes 23 de noviembre", "lunes 23 de noviembre de 2026", "martes 1 de diciembre"),
        ("fr", "lundi 23 novembre", "lundi 23 novembre 2026", "mardi 1er décembre"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language: str, day: str, full_day: str, first: str) -> None:
    said = wording(language)
    here = local("Europe/Berlin")
    assert (said.day(here), said.full_day(here), said.day(FIRST)) == (day, full_day, first)
    assert said.full_day(here.date()) == full_day


@pytest.mark.parametrize(
    ("language", "tz", "clock", "span"),
    [
        ("en", "Europe/Berlin", "10:00", "10:00–10:45"),
        ("en", "Europe/London", "09:00", "09:00–09:45"),
        ("en", "America/New_York", "4:00 AM", "4:00 AM–4:45 AM"),
        ("en", "America/Sao_Paulo", "06:00", "06:00–06:45"),
        ("en", "UTC", "09:00", "09:00–09:45"),
        ("de", "Europe/Berlin", "10:00 Uhr", "10:00–10:45 Uhr"),
        ("es", "Europe/Madrid", "10:00", "10:00–10:45"),
        ("fr", "Europe/Paris", "10:00", "10:00–10:45"),
        ("fr", "America/Montreal", "04 h 00", "04 h 00–04 h 45"),
    ],
)
def test_times_are_written_as_the_country_of_the_practice_writes_them(
    language: str, tz: str, clock: str, span: str
) -> None:
    said = wording(language)
    assert said.clock(local(tz)) == clock
    assert said.span(local(tz), local(tz, MONDAY + LENGTH)) == span


def test_an_english_day_has_its_month_first_where_people_write_it_so() -> None:
    assert wording("en").day(local("America/New_York")) == "Monday, November 23"
    assert wording("en").full_day(local("America/New_York")) == "Monday, November 23, 2026"
    assert wording("de").day(local("America/New_York")) == "Montag, 23. November"


@pytest.mark.parametrize(
    ("language", "tz", "words"),
    [
        ("en", "Europe/Berlin", "Berlin time, CET"),
        ("de", "Europe/Berlin", "Ortszeit Berlin, MEZ"),
        ("es", "America/New_York", "hora de Nueva York, EST"),
        ("fr", "Europe/London", "heure locale\N{NO-BREAK SPACE}: Londres, GMT"),
        ("en", "America/Sao_Paulo", "Sao Paulo time, UTC-03"),
        ("en", "Asia/Kolkata", "Kolkata time, IST"),
        ("de", "UTC", "UTC"),
    ],
)
def test_a_zone_is_its_city(language: str, tz: str, words: str) -> None:
    assert wording(language).zone(local(tz), tz) == words


def test_a_zone_without_a_time_is_its_city_alone() -> None:
    assert wording("de").zone(None, "Europe/Berlin") == "Ortszeit Berlin"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "10:00–10:45 in Berlin (09:00–09:45 your time, London)"),
        ("de", "10:00–10:45 Uhr in Berlin (09:00–09:45 Uhr Ihrer Zeit, London)"),
        ("es", "10:00–10:45 en Berlín (9:00–9:45 en su hora local, Londres)"),
        ("fr", "10:00–10:45 à Berlin (09:00–09:45 à votre heure, Londres)"),
    ],
)
def test_a_reader_elsewhere_is_told_both_times(language: str, words: str) -> None:
    assert wording(language).both(MONDAY, "Europe/Berlin", "Europe/London", ends=MONDAY + LENGTH) == words


def test_his_own_time_alone_is_said_where_it_is_another() -> None:
    said = wording("de").own(MONDAY, "Europe/Berlin", "Europe/London", ends=MONDAY + LENGTH)
    assert said == "09:00–09:45 Uhr Ihrer Zeit, London"
    assert [wording("de").own(MONDAY, "Europe/Berlin", own) for own in (None, "Europe/Paris")] == ["", ""]


@pytest.mark.parametrize("own", [None, "Europe/Berlin", "Europe/Paris", "Nowhere/Land"])
def test_a_reader_whose_clock_shows_the_same_is_told_once(own: str | None) -> None:
    assert wording("en").both(MONDAY, "Europe/Berlin", own) == "10:00 (Berlin time, CET)"


def test_another_day_there_is_named() -> None:
    late = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    words = wording("en").both(late, "Europe/Berlin", "Asia/Tokyo")
    assert words == "19:00 in Berlin (Tuesday 24 November, 03:00 your time, Tokyo)"


@pytest.mark.parametrize(("hour", "shown"), [(0, "CEST"), (1, "CET")])
def test_the_repeated_hour_says_which_of_the_two_it_is(hour: int, shown: str) -> None:
    night = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert wording("en").both(night, "Europe/Berlin", None) == f"02:30 (Berlin time, {shown})"
    assert wording("en").both(night, "Europe/Berlin", "UTC").startswith(f"02:30 in Berlin, {shown} (")


def test_times_between_which_the_clock_is_set_say_what_it_shows() -> None:
    spring = datetime(2027, 3, 28, 0, 45, tzinfo=UTC)
    said = wording("de").both(spring, "Europe/Berlin", None, ends=spring + LENGTH)
    assert said == "01:45 Uhr MEZ–03:30 Uhr MESZ (Ortszeit Berlin)"
    autumn = datetime(2027, 11, 7, 8, 30, tzinfo=UTC)
    said = wording("en").both(autumn, "Europe/Berlin", "America/Los_Angeles", ends=autumn + LENGTH)
    assert said == "09:30–10:15 in Berlin (01:30 PDT–01:15 PST your time, Los Angeles)"


def test_the_hour_that_the_readers_clock_repeats_says_which_of_the_two_it_is() -> None:
    second = datetime(2027, 11, 7, 9, 5, tzinfo=UTC)
    said = wording("en").both(second, "Europe/Berlin", "America/Los_Angeles", ends=second + LENGTH)
    assert said == "10:05–10:50 in Berlin (01:05–01:50 your time, Los Angeles, PST)"


def test_a_difference_that_begins_later_that_year_is_told_only_then() -> None:
    """London and Lisbon, never; Berlin and New York keep changing places for three weeks a year."""
    summer = datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert wording("en").both(summer, "Europe/London", "Europe/Lisbon") == "10:00 (London time, BST)"
    phoenix = wording("en").both(summer, "America/Los_Angeles", "America/Phoenix")
    assert phoenix == "2:00 AM (Los Angeles time, PDT)"
    assert "your time, Phoenix" in wording("en").both(MONDAY, "America/Los_Angeles", "America/Phoenix")


def test_messages_are_said_with_their_values_and_counts() -> None:
    assert wording("de").say("Phone {phone}", phone="030 1") == "Telefon 030 1"
    assert wording("de").say("Phone {phone}") == "Telefon {phone}"
    assert wording("de").say("") == ""
    assert wording("en").say("Nobody translated {this}", this="that") == "Nobody translated that"
    assert [wording("en").count("{num} visit", "{num} visits", n) for n in (1, 2)] == ["1 visit", "2 visits"]


def test_a_language_without_a_catalog_says_what_the_messages_say(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(languages, "content_locale", lambda: tmp_path)
    assert languages.catalog.__wrapped__("de").gettext("Appointment") == "Appointment"
