"""Which notes patients are told in English because nobody has written them in their language: a task each time that
more are lacking, so that it does not go unnoticed."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Final

from clinic.db.messages import tasks
from clinic.db.patients import languages
from clinic.db.unit import Unit
from clinic.domain.messages.notes import Note, missing

TASK: Final = "notes_lacking"


def raise_tasks(unit: Unit, shelf: Collection[Note], *, now: datetime) -> int:
    """One for each language of a patient and what is lacking in it; how many were new."""
    raised = 0
    for language in languages.spoken(unit.connection):
        keys = sorted({note.key for note in missing(shelf, language)})
        if keys:
            digest = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:16]
            detail = {"code": TASK, "language": language, "notes": keys}
            key = f"{TASK}:{language}:{digest}"
            raised += tasks.put(unit.connection, TASK, key, detail=detail, public_id=unit.public_id(), now=now)
    return raised
