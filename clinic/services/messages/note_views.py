"""A note as patients would read it, and how two versions differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from clinic.content import notes as content
from clinic.db.messages import notes
from clinic.db.unit import Read
from clinic.domain.messages.notes import PARTS, Aftercare, Disclosure, Note, feed_text
from clinic.services.messages.notes import plain

REMOVED: Final = "removed"
ADDED: Final = "added"


@dataclass(frozen=True, slots=True)
class Preview:
    """The note alone: `neutral` as mails tell it at levels 1 and 2, `full` at level 3; `calendar` is an entry's text at
    level 3, below which it has none; `page` is the one behind a visit's link, with its Markdown."""

    neutral: Aftercare
    full: Aftercare
    calendar: str
    page: Aftercare


def preview(read: Read, note: Note) -> Preview:
    """With the placeholders filled in as at the first location."""
    with read() as unit:
        place = notes.place(unit.connection)

    def told(shown: Note, level: Disclosure) -> Aftercare:
        return content.aftercare(
            [shown],
            [shown.modality],
            [] if shown.region is None else [shown.region],
            level,
            emergency_number=place.emergency_number,
            phone=place.phone,
            language=shown.language,
        )

    bare = plain(note)
    full = told(bare, Disclosure.AFTERCARE)
    text = feed_text(full, content.headings(note.language))
    return Preview(told(bare, Disclosure.PRACTICE), full, text, told(note, Disclosure.AFTERCARE))


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that only one of two versions has."""

    mark: str
    part: str
    full: str
    neutral: str


def differences(before: Note, after: Note) -> tuple[Difference, ...]:
    """In the order of the note, what went before what came."""
    return tuple(found for part in PARTS for found in _differences(part, before, after))


def _differences(part: str, before: Note, after: Note) -> Iterator[Difference]:
    old, new = ([(line.full, line.neutral) for line in getattr(note, part)] for note in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Difference(REMOVED, part, *line) for line in old[a:b])
            yield from (Difference(ADDED, part, *line) for line in new[c:d])
