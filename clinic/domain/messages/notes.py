"""Aftercare notes: what a patient reads before and after a visit, and when to call for help.

Each line has two wordings: the full one may name technique and region and is for those who asked for it, the neutral
one names neither.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import PARAGRAPH, SHORT, text, whole
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.modality import Modality

LINE_LIMIT = 400
FEED_LIMIT = 1500
FALLBACK_LANGUAGE: Final = "en"
PLACEHOLDERS: Final = frozenset({"{emergency_number}", "{practice_phone}"})
PARTS: Final = ("before", "after", "call_us_if", "urgent")


class Disclosure(IntEnum):
    """How much an entry in the patient's calendar may say: a title and a link; practice, address and phone; aftercare
    in full, by the patient's own recorded choice."""

    TITLE = 1
    PRACTICE = 2
    AFTERCARE = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know, at most 400 characters; an empty `neutral` leaves it out where nothing may be named."""

    full: str
    neutral: str
    source: str
    confidence: Confidence

    def __post_init__(self) -> None:
        text("full", self.full, LINE_LIMIT, required=True)
        text("neutral", self.neutral, LINE_LIMIT)
        text("source", self.source, PARAGRAPH, required=True)
        unknown = set(re.findall(r"\{[^}]*}?", self.full + self.neutral)) - PLACEHOLDERS
        if unknown:
            raise Invalid("unknown_placeholder", field="full", name=min(unknown))

    def wording(self, level: int) -> str:
        """What may be shown at that level of disclosure."""
        return self.full if level >= Disclosure.AFTERCARE else self.neutral


@dataclass(frozen=True, slots=True)
class Note:
    """What to tell after one modality, in general (`region` None) or in addition for one region."""

    key: str
    version: int
    modality: Modality
    region: Region | None
    language: str
    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    call_us_if: tuple[Line, ...] = ()
    urgent: tuple[Line, ...] = ()

    def __post_init__(self) -> None:
        text("key", self.key, SHORT, required=True)
        whole("version", self.version, 1, 1_000_000)
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text("language", self.language, 16)):
            raise Invalid("unknown_language", field="language", name=self.language)


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What one visit's notes come to: sentences in order, each once. `urgent` is never folded away."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    call_us_if: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headings:
    """The words above the four parts, in the reader's language; `more` says that a text was cut, and where all of it
    stands."""

    before: str
    after: str
    call_us_if: str
    urgent: str
    more: str = ""


def compose(
    notes: Iterable[Note],
    modalities: Collection[Modality],
    regions: Collection[Region],
    level: int,
    *,
    emergency_number: str,
    phone: str,
    language: str = FALLBACK_LANGUAGE,
    only_english: str = "",
) -> Aftercare:
    """The notes of a visit: of its modalities in their order, general before regional, each in the language or in
    English; what is in English alone comes last, below `only_english`, which says so in the reader's language.

    Lines to call for help come first; after needling the urgent part is the needling's alone. Without a phone the
    lines that give it are left out. Raises Invalid(emergency_number_missing) where a line needs it.
    """
    found = chosen(notes, modalities, regions, language)
    needling = tuple(note for note in found if note.modality.needles)

    def lines(name: str, of: Sequence[Note]) -> tuple[str, ...]:
        wordings = [line.wording(level) for note in of for line in getattr(note, name)]
        wordings.sort(key=lambda wording: "{emergency_number}" not in wording)
        return tuple(dict.fromkeys(_filled(wordings, emergency_number, phone)))

    def part(name: str, of: Sequence[Note]) -> tuple[str, ...]:
        foreign = lines(name, [note for note in of if _foreign(note, language)])
        told = lines(name, [note for note in of if not _foreign(note, language)])
        return (*told, *filter(None, [only_english]), *foreign) if foreign else told

    return Aftercare(
        before=part("before", found),
        after=part("after", found),
        call_us_if=part("call_us_if", found),
        urgent=part("urgent", needling or found),
    )


def chosen(
    notes: Iterable[Note], modalities: Collection[Modality], regions: Collection[Region], language: str
) -> tuple[Note, ...]:
    """The notes that `compose` tells a visit's aftercare from, in its order."""
    spoken = sorted(_in_language(notes, language), key=lambda note: (note.region is not None, note.key))
    return tuple(
        note
        for modality in dict.fromkeys(modalities)
        for note in spoken
        if note.modality is modality and (note.region is None or note.region in regions)
    )


def feed_text(aftercare: Aftercare, headings: Headings, *, limit: int = FEED_LIMIT) -> str:
    """Plain text of at most `limit` characters, urgent help first, for a calendar's description.

    What does not fit is dropped from the end of `after`, then of `before`, and it is said that there is more; calls
    and urgent help always stay.
    """
    after, before = aftercare.after, aftercare.before
    shown = _laid_out(aftercare, before, after, headings)
    more = f"\n\n{headings.more}" if headings.more else ""
    while len(shown) > limit and (after or before):
        after, before = (after[:-1], before) if after else (after, before[:-1])
        shown = _laid_out(aftercare, before, after, headings) + more
    return shown


def _laid_out(aftercare: Aftercare, before: tuple[str, ...], after: tuple[str, ...], headings: Headings) -> str:
    parts = (
        (headings.urgent, aftercare.urgent),
        (headings.before, before),
        (headings.after, after),
        (headings.call_us_if, aftercare.call_us_if),
    )
    return "\n\n".join("\n".join([heading, *(f"- {line}" for line in lines)]) for heading, lines in parts if lines)


def _in_language(notes: Iterable[Note], language: str) -> tuple[Note, ...]:
    """Of the notes that are one another's translation, the one in that language, else in the one it is a variety of,
    else in English; what is in none of them is left out."""
    shelf = tuple(notes)
    found: dict[tuple[str, Modality, Region | None], Note] = {}
    for wanted in (language, _spoken(language), FALLBACK_LANGUAGE):
        for note in shelf:
            if note.language == wanted:
                found.setdefault((note.key, note.modality, note.region), note)
    return tuple(found.values())


def missing(notes: Iterable[Note], language: str) -> tuple[Note, ...]:
    """The English notes that readers of the language are shown, since nobody has written them in it."""
    return tuple(note for note in _in_language(notes, language) if _foreign(note, language))


def _foreign(note: Note, language: str) -> bool:
    return _spoken(note.language) != _spoken(language)


def _spoken(language: str) -> str:
    return language.split("-")[0]


def _filled(wordings: Iterable[str], emergency_number: str, phone: str) -> Iterator[str]:
    for wording in wordings:
        if not wording or ("{practice_phone}" in wording and not phone):
            continue
        if "{emergency_number}" in wording and not emergency_number:
            raise Invalid("emergency_number_missing", field="emergency_number")
        yield wording.replace("{emergency_number}", emergency_number).replace("{practice_phone}", phone)
