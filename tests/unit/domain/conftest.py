"""In these tests nothing is said without a sentence."""

from collections.abc import Iterator

import pytest

from clinic.domain.care.findings import Finding
from clinic.domain.errors import ClinicError
from clinic.domain.practice.credentials import Lacking
from tests.unit.said import held_to_sentences

MADE_UP = {"test_errors", "test_faults"}
"""These tests make codes up."""


@pytest.fixture(autouse=True, scope="module")
def said(request: pytest.FixtureRequest) -> Iterator[None]:
    kinds = () if request.path.stem in MADE_UP else (ClinicError, Finding, Lacking)
    with held_to_sentences(*kinds):
        yield
