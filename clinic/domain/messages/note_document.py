"""Aftercare notes as plain data: the one shape of shipped files and of a practice's own."""

from typing import Any

from clinic.domain.fields import Fields
from clinic.domain.messages.notes import PARTS, Line, Note
from clinic.domain.practice.body import region_named
from clinic.domain.practice.evidence import confidence_named
from clinic.domain.practice.modality import modality_named


def note_document(note: Note) -> dict[str, Any]:
    """The note as plain data; `note_from` reads it back."""
    document: dict[str, Any] = {
        "key": note.key,
        "version": note.version,
        "modality": note.modality.value,
        "region": note.region.value if note.region else "",
        "language": note.language,
    }
    for part in PARTS:
        document[part] = [
            {"full": line.full, "neutral": line.neutral, "source": line.source, "confidence": line.confidence.value}
            for line in getattr(note, part)
        ]
    return document


def note_from(document: object) -> Note:
    """Read a note, strictly; a line without `neutral` reads the same at every level."""
    fields = Fields(document)
    region = fields.take("region", "")
    note = Note(
        key=fields.take("key"),
        version=fields.take("version"),
        modality=modality_named(fields.take("modality")),
        region=region_named(region) if region else None,
        language=fields.take("language"),
        **{part: fields.each(part, _line, ()) for part in PARTS},
    )
    fields.finish()
    return note


def _line(document: object) -> Line:
    fields = Fields(document)
    full = fields.take("full")
    line = Line(
        full=full,
        neutral=fields.take("neutral", full),
        source=fields.take("source"),
        confidence=confidence_named(fields.take("confidence")),
    )
    fields.finish()
    return line
