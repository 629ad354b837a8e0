"""What is slow comes last, so that a run that ends with the first failure ends soon."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("mutants") is not None)
