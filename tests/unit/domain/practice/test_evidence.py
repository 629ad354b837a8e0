import pytest

from clinic.domain.errors import Invalid
from clinic.domain.practice.evidence import (
    Confidence,
    Evidence,
    check_evidence,
    evidence_from,
)

ENTRY = Evidence(("cap", "reassess"), "Configurable default", Confidence.DEFAULT)
WRITTEN = {"of": ["cap", "reassess"], "source": "Configurable default", "confidence": Confidence.DEFAULT.value}


def test_evidence_is_read_from_plain_data():
    assert evidence_from(WRITTEN) == ENTRY


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"confidence": "Z"}, "unknown_confidence", "confidence"),
        ({"source": ""}, "text_missing", "source"),
        ({"of": []}, "text_missing", "of"),
        ({"of": [""]}, "text_missing", "of"),
        ({"page": 3}, "field_unknown", "page"),
    ],
)
def test_evidence_refuses_nonsense(changes, code, field):
    with pytest.raises(Invalid) as raised:
        evidence_from(WRITTEN | changes)
    assert (raised.value.code, raised.value.field) == (code, field)


@pytest.mark.parametrize("entries", [(ENTRY, ENTRY), (Evidence(("colour",), "x", Confidence.DEFAULT),)])
def test_evidence_names_known_fields_and_each_once(entries):
    check_evidence((ENTRY,), frozenset({"cap", "reassess"}))
    with pytest.raises(Invalid) as raised:
        check_evidence(entries, frozenset({"cap", "reassess"}))
    assert raised.value.code == "evidence_misplaced"
