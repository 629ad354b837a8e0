"""The aftercare notes that ship with the product.

A file is a sheet for one or more modalities and regions; each of them becomes a note of its own, that a practice can
change by itself. No region is the general sheet. Every language has a folder with the same sheets.
"""

from functools import cache
from itertools import chain
from typing import Any

from clinic.content.files import load_folder
from clinic.content.languages import LANGUAGES
from clinic.domain.fields import Fields
from clinic.domain.messages.note_document import note_from
from clinic.domain.messages.notes import PARTS, Note


@cache
def load() -> tuple[Note, ...]:
    """All of them, language by language, sheet by sheet; read once."""
    return tuple(chain.from_iterable(each for name in LANGUAGES for each in load_folder(f"notes/{name}", _notes)))


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
