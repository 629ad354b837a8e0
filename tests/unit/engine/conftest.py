"""Nothing is refused without a sentence; what is slow comes last, so that a run that ends with the first failure ends
soon."""

from collections.abc import Iterator

import pytest

from clinic.domain.errors import ClinicError
from tests.unit.said import held_to_sentences


@pytest.fixture(autouse=True, scope="module")
def said() -> Iterator[None]:
    with held_to_sentences(ClinicError):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("mutants") is not None)
