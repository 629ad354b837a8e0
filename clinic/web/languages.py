"""Which language a page speaks: the staff's pages English, a patient's page the patient's own or the browser's."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Final

from babel.support import NullTranslations
from flask import Flask, request
from flask_babel import Babel, Domain, force_locale, get_locale

from clinic.content.languages import HOME, LANGUAGES, Wording, catalog, spoken, wording
from clinic.web.gate import cookie_name

OWN: Final = frozenset({"checkin", "feeds", "links", "questions"})
"""The blueprints whose pages are the patients' own."""


class Catalogs(Domain):  # type: ignore[misc] # the library is untyped
    """The messages of the language that the page speaks, out of the same catalogs that letters use."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return _catalog(HOME if locale is None else str(locale))


@cache
def _catalog(locale: str) -> NullTranslations:
    return catalog(spoken(locale))


def register(app: Flask) -> None:
    """Have the application speak."""
    Babel(app, locale_selector=chosen).domain_instance = Catalogs()


def chosen() -> str:
    """What the browser asks for where nobody is known or nothing is there; else English."""
    if request.endpoint is None or request.blueprint in OWN:
        theirs = cookie_name() not in request.cookies
        return (request.accept_languages.best_match(LANGUAGES) if theirs else None) or HOME
    return HOME


def speaking(language: str) -> AbstractContextManager[None]:
    """Within it the page speaks the reader's language, or the closest to it."""
    within: AbstractContextManager[None] = force_locale(spoken(language))
    return within


def words() -> Wording:
    """How the page's language says days and times."""
    return wording(str(get_locale() or HOME))
