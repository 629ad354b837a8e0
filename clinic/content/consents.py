"""What a patient is told before he agrees to needling, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clinic.content.files import load_folder
from clinic.content.languages import spoken
from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import LINE, PARAGRAPH, text


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A version of the text; `lung` is told where a needle can reach the lung, `current` where one is used. `sources`
    are what each paragraph, then these two, rest on."""

    version: int
    language: str
    paragraphs: tuple[str, ...]
    lung: str
    current: str
    sources: tuple[str, ...]


@cache
def load() -> Mapping[str, ConsentText]:
    """By language; read once."""
    return {each.language: each for each in load_folder("consents", _text)}


def told(language: str) -> ConsentText:
    """The text in the language, or in English where it has none."""
    return load()[spoken(language)]


def _text(document: object) -> ConsentText:
    given = Fields(document)
    found = ConsentText(
        given.take("version"),
        given.take("language"),
        given.each("paragraphs", lambda words: text("paragraphs", words, PARAGRAPH, required=True)),
        text("lung", given.take("lung"), PARAGRAPH, required=True),
        text("current", given.take("current"), PARAGRAPH, required=True),
        given.each("sources", lambda words: text("sources", words, LINE, required=True)),
    )
    given.finish()
    if len(found.sources) != len(found.paragraphs) + 2:
        raise Invalid("text_missing", field="sources")
    return found
