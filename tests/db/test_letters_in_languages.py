"""Every letter in every language: nothing stands outside the catalogs, and nothing names what is treated."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.content import languages
from clinic.content.languages import LANGUAGES, Wording
from clinic.content.notes import load
from clinic.db.unit import Database
from clinic.domain.messages.notes import PARTS, Disclosure
from clinic.domain.messages.terms import banned_terms
from clinic.domain.visits.visit import Status
from tests.db.post import THURSDAY
from tests.db.test_reminding import Practice
from tests.world import at, build

DATA = r"The Practice|Needle & Movement|Lindenweg 4, Berlin|https?://\S+|\+49 30 555 0100|ada1@example.org|112|Uhr"
BRACKETS = re.compile(r"⟦[^⟦⟧]*⟧")


class Bracketed(Wording):
    """⟦Every message⟧ and ⟦every day and time⟧."""

    def say(self, message: str, **values: object) -> str:
        return f"⟦{super().say(message, **values)}⟧" if message else ""

    def count(self, one: str, many: str, num: int, **values: object) -> str:
        return f"⟦{super().count(one, many, num, **values)}⟧"

    def _dated(self, on: Any, pattern: str) -> str:
        return f"⟦{super()._dated(on, pattern)}⟧"


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(languages, "Wording", Bracketed)
    languages.wording.cache_clear()
    yield
    languages.wording.cache_clear()


def outside(text: str) -> list[str]:
    """The words that no message said."""
    while text != (less := BRACKETS.sub("", text)):
        text = less
    return re.findall(r"[^\W\d_]{2,}", re.sub(DATA, "", text))


def life(database: Database, language: str, **patient: Any) -> Practice:
    """Booked, recalled, moved, treated, followed up; another booked and cancelled, and two at once."""
    made = Practice(database, build(database)).who(language=language, **patient)
    made.book(THURSDAY).run()
    made.at(at("2026-11-25", 10)).plan()
    made.at(at("2026-11-25", 11)).move(at("2026-11-26", 14)).run()
    made.at(at("2026-11-26", 16)).done().plan()
    made.later(minutes=60).plan()
    made.book(at("2026-12-03", 10)).run().turn(Status.CANCELLED).run()
    made.book(at("2026-12-07", 10)).book(at("2026-12-10", 10)).run()
    assert len(made.rows()) >= 8
    return made


NOTES = {
    line for note in load() for part in PARTS for each in getattr(note, part) for line in (each.full, each.neutral)
}


def told(text: str) -> str:
    """Without the notes, which are texts of their own; their places are filled in."""
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    for line in sorted(NOTES, key=len, reverse=True):
        filled = line.replace("{emergency_number}", "112").replace("{practice_phone}", "+49 30 555 0100")
        text = text.replace(" ".join(filled.split()), "") if filled else text
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("patient", [{"disclosure": 1}, {"disclosure": 3, "tz": "Europe/London"}], ids=["1", "3"])
def test_every_word_of_a_letter_is_said_by_a_message(
    sqlite_database: Database, bracketed: None, language: str, patient: dict[str, Any]
) -> None:
    for page in life(sqlite_database, language, **patient).pages:
        assert outside(told(page.subject)) == []
        assert outside(told(page.text)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_and_its_page_are_marked_with_their_language(sqlite_database: Database, language: str) -> None:
    for page in life(sqlite_database, language, disclosure=1).pages:
        assert f'<html lang="{language}">' in (page.html or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_the_full_level_no_letter_names_treatment_or_region_in_any_language(
    sqlite_database: Database, language: str
) -> None:
    for page in life(sqlite_database, language, disclosure=2).pages:
        assert banned_terms(page.subject, Disclosure.TITLE) == ()
        assert banned_terms(page.text, Disclosure.TITLE) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_english_word_is_in_no_letter_of_another_language(sqlite_database: Database, language: str) -> None:
    english = re.compile(r"\b(?:the|your|appointments?|you|and|with|call|please|time|from|this)\b")
    for page in life(sqlite_database, language, disclosure=3, tz="America/New_York").pages:
        found = english.findall(re.sub(DATA, "", page.subject + page.text))
        assert bool(found) is (language == "en"), found
