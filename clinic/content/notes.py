"""The aftercare notes that ship with the product.

A file is a sheet for one or more modalities and regions; each of them becomes a note of its own, that a practice can
change by itself. No region is the general sheet. Every language has a folder with the same sheets.
"""

import logging
from collections.abc import Collection
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Final

from clinic.content import letters
from clinic.content.files import load_folder
from clinic.content.languages import LANGUAGES, wording
from clinic.content.marker import N_
from clinic.domain.fields import Fields
from clinic.domain.messages.note_document import note_from
from clinic.domain.messages.notes import PARTS, Aftercare, Headings, Note, compose, missing
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality

LOG = logging.getLogger("clinic.content")

ONLY_ENGLISH: Final = N_("This part is available in English only:")
MORE: Final = N_("There is more in our mails about this visit.")


@cache
def load() -> tuple[Note, ...]:
    """All of them, language by language, sheet by sheet; read once."""
    return tuple(chain.from_iterable(each for name in LANGUAGES for each in load_folder(f"notes/{name}", _notes)))


def aftercare(
    notes: Collection[Note],
    modalities: Collection[Modality],
    regions: Collection[Region],
    level: int,
    *,
    emergency_number: str,
    phone: str,
    language: str,
) -> Aftercare:
    """What `compose` makes of the notes for a reader of the language. What nobody has written in it is told in English,
    below a line that says so, and said in the log."""
    for note in missing(notes, language):
        if note.modality in modalities and (note.region is None or note.region in regions):
            _lacks(language, note.key)
    return compose(
        notes,
        modalities,
        regions,
        level,
        emergency_number=emergency_number,
        phone=phone,
        language=language,
        only_english=wording(language).say(ONLY_ENGLISH),
    )


@lru_cache(maxsize=1024)
def _lacks(language: str, key: str) -> None:
    """Once a process, not with every letter."""
    LOG.warning("a note is not in the reader's language, English is used instead: %s, %s", key, language)


def headings(language: str) -> Headings:
    """The words above the parts, in the reader's language."""
    say = wording(language).say
    return Headings(**{part: say(getattr(letters.HEADINGS, part)) for part in PARTS}, more=say(MORE))


def _notes(document: object) -> tuple[Note, ...]:
    fields = Fields(document)
    sheet = str(fields.take("key"))
    shared: dict[str, Any] = {name: fields.take(name) for name in ("version", "language")}
    shared |= {part: fields.take(part, ()) for part in PARTS}
    modalities, regions = fields.each("modalities", str), fields.each("regions", str) or ("",)
    fields.finish()
    single = len(modalities) == len(regions) == 1
    return tuple(
        note_from(
            shared
            | {"key": sheet if single else f"{sheet}.{modality}.{region}", "modality": modality, "region": region}
        )
        for modality in modalities
        for region in regions
    )
