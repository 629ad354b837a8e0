"""What a shipped number or sentence rests on, so that a therapist can weigh it and change it."""

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields
from clinic.domain.limits import PARAGRAPH, SHORT, text


class Confidence(StrEnum):
    """How far to trust a source."""

    GUIDELINE = "G"
    LAW = "L"
    TRIAL = "R"
    SYSTEMATIC_REVIEW = "V"
    OBSERVATIONAL = "O"
    CLINIC_PAGE = "C"
    DEFAULT = "D"


def confidence_named(letter: str, field: str = "confidence") -> Confidence:
    """The confidence with that letter. Raises Invalid(unknown_confidence)."""
    try:
        return Confidence(letter)
    except ValueError as error:
        raise Invalid("unknown_confidence", field=field, name=letter) from error


@dataclass(frozen=True, slots=True)
class Evidence:
    """The source and confidence of the fields named in `of`."""

    of: tuple[str, ...]
    source: str
    confidence: Confidence

    def __post_init__(self) -> None:
        if not self.of:
            raise Invalid("text_missing", field="of")
        for name in self.of:
            text("of", name, SHORT, required=True)
        text("source", self.source, PARAGRAPH, required=True)


def check_evidence(evidence: tuple[Evidence, ...], fields: frozenset[str]) -> None:
    """Raises Invalid(evidence_misplaced) unless each names known fields, none of them twice."""
    seen: set[str] = set()
    for entry in evidence:
        for name in entry.of:
            if name not in fields or name in seen:
                raise Invalid("evidence_misplaced", field="evidence", name=name)
            seen.add(name)


def evidence_from(document: object) -> Evidence:
    """Read `{of, source, confidence}`."""
    fields = Fields(document)
    entry = Evidence(
        of=fields.each("of", str),
        source=fields.take("source"),
        confidence=confidence_named(fields.take("confidence")),
    )
    fields.finish()
    return entry
