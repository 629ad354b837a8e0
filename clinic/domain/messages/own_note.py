"""A practice's own wording of a note: what it may change, and what it may not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.faults import Faults
from clinic.domain.messages.notes import PARTS, Disclosure, Line, Note
from clinic.domain.messages.terms import banned_terms
from clinic.domain.practice.evidence import Confidence

FIRST: Final = 1001
"""The version of a practice's first text: shipped ones count from 1, so that a version names one text."""

SOURCE: Final = "practice"
HELP: Final = "{emergency_number}"


def sourced(own: Note, shipped: Note) -> Note:
    """The note with its lines' sources: a shipped line keeps its own, another one is the practice's (a configurable
    default)."""
    known = {line.full: line for part in PARTS for line in getattr(shipped, part)}

    def told(line: Line) -> Line:
        same = known.get(line.full)
        source, confidence = (same.source, same.confidence) if same else (SOURCE, Confidence.DEFAULT)
        return replace(line, source=source, confidence=confidence)

    return reworded(own, told)


def reworded(note: Note, told: Callable[[Line], Line]) -> Note:
    """The note with each of its lines as `told` has it."""
    before, after, call_us_if, urgent = (tuple(told(line) for line in getattr(note, part)) for part in PARTS)
    return replace(note, before=before, after=after, call_us_if=call_us_if, urgent=urgent)


def check_own(own: Note, shipped: Note) -> None:
    """Raises Invalid, all faults at once, where it names what its readers may not see, or has less to say about urgent
    help than what ships."""
    faults = Faults()
    for part in PARTS:
        for at, line in enumerate(getattr(own, part)):
            with faults.under(f"{part}.{at}"):
                _check_terms(line, own.language)
    with faults.under():
        _check_urgent(own, shipped)
    faults.settle()


def _check_terms(line: Line, language: str) -> None:
    for name, text, level in (("full", line.full, Disclosure.AFTERCARE), ("neutral", line.neutral, Disclosure.TITLE)):
        found = banned_terms(text, level)
        if found:
            raise Invalid("note_names", field=name, term=found[0], language=language)


def _check_urgent(own: Note, shipped: Note) -> None:
    for had, has in zip(_told(shipped), _told(own), strict=True):
        if has < had:
            raise Invalid("urgent_less", field="urgent", most=had)
    if own.modality.needles and own.region is None and not own.urgent:
        raise Invalid("urgent_missing", field="urgent")


def _told(note: Note) -> Iterator[int]:
    """How many lines it has about urgent help, how many of them everybody reads, and how many say whom to call."""
    yield len(note.urgent)
    yield sum(1 for line in note.urgent if line.neutral.strip())
    yield sum(1 for line in note.urgent if HELP in line.full)
    yield sum(1 for line in note.urgent if HELP in line.neutral)
