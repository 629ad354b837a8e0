"""Which words patients read, and where they stand: what has to be in every catalog."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.extract import extract

from clinic.content import checkin, protocols, screening
from clinic.content.labels import label
from clinic.content.sentences import SENTENCES
from clinic.domain.care.screening import Degree, Limb
from clinic.domain.practice.body import Region
from clinic.resources import PACKAGE, templates

PYTHON: Final = (
    "content/checkin.py",
    "content/expectations.py",
    "content/languages.py",
    "content/letters.py",
    "content/notes.py",
    "web/courses/handout.py",
    "web/errors.py",
    "web/messages/behind.py",
    "web/messages/checkin.py",
    "web/messages/feeds.py",
    "web/messages/links.py",
    "web/messages/offered.py",
    "web/messages/questions.py",
)
TEMPLATES: Final = (
    "care/_questions.html",
    "care/screening_tablet.html",
    "courses/handout.html",
    "errors/*.html",
    "messages/card.html",
    "messages/gone.html",
    "messages/visit*.html",
    "messages/_visit*.html",
    "plain.html",
    "print.html",
    "shell.html",
)
FORMS: Final = ("(optional)", "Nothing was saved yet. Please look again at:")
"""What fields and faults say by themselves, of all that forms do."""
CODES: Final = ("key_reused", "stale", "too_many_tries", "too_many_tries_one", "version_missing")
"""A page, a module or a code that patients read is added here, and its words to `clinic/content/locale`."""

PLACES: Final = re.compile(r"{\w*}|%\(\w+\)[sd]")
KEYWORDS: Final = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}


class Message(NamedTuple):
    """A message id, its plural if it has one, and the file it is in."""

    id: str
    plural: str
    source: str


def patients_read() -> list[Message]:
    """Every message of the sources above, and the titles of what is shipped."""
    found = [*_python(), *_templates()]
    found += _of_forms()
    found += [Message(SENTENCES[code], "", "sentences") for code in CODES]
    found += [Message(one.title, "", "protocols") for one in protocols.load()]
    asked = screening.load()
    found += [Message(one.asks, "", "screening") for one in (*asked.standing, *asked.today)]
    said = checkin.load()
    found += [Message(one.asks, "", "checkin") for one in (*said.alarms, *said.felt)]
    found += [Message(label(one.value), "", "labels") for kind in (Region, Limb, Degree) for one in kind]
    return [message for message in dict.fromkeys(found) if re.search(r"[^\W\d_]", PLACES.sub("", message.id))]


def _of_forms() -> Iterator[Message]:
    written = {one.id for one in _of("jinja2.ext:babel_extract", templates() / "macros/forms.html")}
    assert set(FORMS) <= written
    for words in FORMS:
        yield Message(words, "", "macros/forms.html")


def _python() -> Iterator[Message]:
    for name in PYTHON:
        yield from _of("python", PACKAGE / name)


def _templates() -> Iterator[Message]:
    for name in TEMPLATES:
        paths = sorted(templates().glob(name))
        assert paths, f"{name} is not there any more"
        for path in paths:
            yield from _of("jinja2.ext:babel_extract", path)


def _of(method: str, path: Path) -> Iterator[Message]:
    with path.open("rb") as source:
        for _, words, _, _ in extract(method, source, KEYWORDS):
            one, many = words[:2] if isinstance(words, tuple) else (words, "")
            if one:
                yield Message(one, many, path.name)
