"""Where the law lets an assistant needle."""

from datetime import date
from functools import cache

from clinic.content.files import load_file
from clinic.domain.fields import Fields
from clinic.domain.practice.delegation import Delegation
from clinic.domain.practice.evidence import confidence_named


@cache
def delegations() -> tuple[Delegation, ...]:
    """All that are known; read once."""
    return load_file("delegation.toml", _delegations)


def _delegations(document: object) -> tuple[Delegation, ...]:
    fields = Fields(document)
    found = fields.each("delegations", _delegation)
    fields.finish()
    return found


def _delegation(document: object) -> Delegation:
    fields = Fields(document)
    begins, ends = fields.take("valid_from", None), fields.take("valid_until", None)
    found = Delegation(
        fields.take("jurisdiction"),
        fields.take("allowed"),
        fields.take("source"),
        confidence_named(fields.take("confidence")),
        begins if isinstance(begins, date) else None,
        ends if isinstance(ends, date) else None,
    )
    fields.finish()
    return found
