"""Every word that patients read is there in each language, and nothing else is."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from clinic.content.languages import HOME, LANGUAGES, catalog
from clinic.content.letters import (
    APPOINTMENT,
    OPENING,
    SUBJECT,
)
from clinic.domain.messages.notes import Disclosure
from clinic.domain.messages.terms import banned_terms
from clinic.resources import content_locale, templates
from tests.unit.content.messages import PLACES, TEMPLATES, Message, patients_read

OTHERS = [language for language in LANGUAGES if language != HOME]


@cache
def written(language: str) -> Catalog:
    with (content_locale() / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


@cache
def read() -> tuple[Message, ...]:
    return tuple(patients_read())


def places(words: str) -> list[str]:
    return sorted(PLACES.findall(words))


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_that_patients_read_is_translated(language: str) -> None:
    lacking = set()
    for message in read():
        found = written(language).get(message.id)
        strings = () if found is None else found.string if isinstance(found.string, tuple) else (found.string,)
        if not strings or not all(strings) or len(strings) != (2 if message.plural else 1):
            lacking.add(message)
    assert lacking == set()


def test_every_page_without_navigation_is_read_by_patients() -> None:
    """Whatever stands in the plain frame or is printed, but for what staff alone see: ways in, paper of the house."""
    frames = re.compile(r'extends (?:"fragment.html" if fragment else )?"(?:plain|print)\.html"')
    listed = {path for name in TEMPLATES for path in templates().glob(name)}
    found = {path for path in templates().rglob("*.html") if frames.search(path.read_text("utf-8"))}
    assert {path.name for path in found - listed} == {
        "sign_in.html",
        "invited.html",
        "kept.html",
        "record_print.html",
        "sheets.html",
    }


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    for entry in written(language):
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for string in strings if entry.id else ():
            assert places(string) == places(ids[-1]), entry.id


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalog_holds_guesses_leftovers_or_what_no_patient_reads(language: str) -> None:
    found, wanted = written(language), {message.id for message in read()}
    assert [entry.id for entry in found if entry.fuzzy and entry.id] == []
    assert list(found.obsolete) == []
    ids = [entry.id[0] if isinstance(entry.id, tuple) else entry.id for entry in found if entry.id]
    assert sorted(set(ids) - wanted) == []
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_is_read_as_it_is_written(language: str) -> None:
    spoken = catalog(language)
    for entry in written(language):
        if entry.id and not isinstance(entry.id, tuple):
            assert spoken.gettext(entry.id) == entry.string
    one, many = (
        spoken.ngettext("%(num)s more visit is planned.", "%(num)s more visits are planned.", n) for n in (1, 2)
    )
    assert one != many


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_name_neither_treatment_nor_part_of_the_body(language: str) -> None:
    say = catalog(language).gettext
    for message in (APPOINTMENT, *SUBJECT.values(), *OPENING.values()):
        assert banned_terms(say(message), Disclosure.TITLE) == ()


@pytest.mark.parametrize("language", OTHERS)
def test_people_are_addressed_formally(language: str) -> None:
    informal = {
        "de": r"\b(du|dein\w*|dir|dich|euch)\b",
        "es": r"\b(tú|tu|tus|ti|vosotros)\b",
        "fr": r"\b(tu|ton|tes|toi)\b",
    }
    for entry in written(language):
        for string in entry.string if isinstance(entry.string, tuple) else (entry.string,):
            assert not re.search(informal[language], string if entry.id else "", re.IGNORECASE), string
