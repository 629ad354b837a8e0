"""In these tests nothing is said without a sentence: whatever code comes up has one, and all that fills it."""

from collections.abc import Iterator, Mapping

import pytest

from clinic.content.sentences import SENTENCES, UNKNOWN, sentence
from clinic.domain.care.findings import Finding
from clinic.domain.errors import ClinicError
from clinic.domain.practice.credentials import Lacking

SPOKEN_OTHERWISE = {"several_faults"}
MADE_UP = {"test_errors", "test_faults"}
"""These tests make codes up."""


@pytest.fixture(autouse=True, scope="module")
def said(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        kinds = () if request.path.stem in MADE_UP else (ClinicError, Finding, Lacking)
        for kind in kinds:
            patch.setattr(kind, "__init__", checking(kind.__init__))
        yield


def checking(make):
    def made(self, *values, **named):
        make(self, *values, **named)
        check(self.code, self.params)

    return made


def check(code: str, params: Mapping[str, object]) -> None:
    if code not in SPOKEN_OTHERWISE:
        assert code in SENTENCES, code
        assert UNKNOWN not in sentence(code, {"field": "it", **params}), (code, params)
        assert None not in params.values(), (code, params)
