"""What the law of a jurisdiction says between two dates, each line with its source."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from clinic.content.files import load_file
from clinic.domain.fields import Fields
from clinic.domain.practice.evidence import Confidence, confidence_named

Line = TypeVar("Line")
Make = Callable[[str, Any, str, Confidence, date | None, date | None], Line]
"""Of jurisdiction, what it says, source, confidence, the first and the last day; none where it has none."""


def load_dated(name: str, listed: str, says: str, make: Make[Line]) -> tuple[Line, ...]:
    """The lines under `listed` of a shipped file; `says` is the field with what the law says. Raises Invalid."""

    def line(document: object) -> Line:
        fields = Fields(document)
        begins, ends = fields.take("valid_from", None), fields.take("valid_until", None)
        found = make(
            fields.take("jurisdiction"),
            fields.take(says),
            fields.take("source"),
            confidence_named(fields.take("confidence")),
            begins if isinstance(begins, date) else None,
            ends if isinstance(ends, date) else None,
        )
        fields.finish()
        return found

    def lines(document: object) -> tuple[Line, ...]:
        fields = Fields(document)
        found = fields.each(listed, line)
        fields.finish()
        return found

    return load_file(name, lines)
