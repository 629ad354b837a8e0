"""What the engine says of a wanted course, in words."""

from clinic.engine.kind import Reason
from clinic.services.courses.place import Answer
from clinic.services.courses.reasons import given_up, named
from clinic.web import words
from clinic.web.courses.forms import changes_from


def name(answer: Answer, public_id: str) -> str:
    """Of a therapist; empty for one who is not there."""
    colleague = answer.site.colleague(public_id)
    return "" if colleague is None else colleague.name


def room(answer: Answer, public_id: str | None) -> str:
    """The name of a room; empty without one."""
    found = answer.site.room(public_id)
    return "" if found is None else found.name


def said(answer: Answer, reason: Reason, ordinal: int | None = None) -> str:
    """A reason of the engine's as a sentence, about the visit with that number."""
    reason = named(answer, reason, ordinal)
    return words.in_words(reason.code, reason.params)


def said_changes(value: str) -> str:
    """What a form gave up, as sentences."""
    return " ".join(words.in_words(reason.code, reason.params) for reason in given_up(changes_from(value)))
