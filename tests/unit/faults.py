"""What is said about a value that is refused."""

from collections.abc import Callable

import pytest

from clinic.domain.errors import Invalid
from clinic.domain.faults import each_fault


def faults(act: Callable[[], object]) -> list[tuple[str, str | None]]:
    """Everything that is wrong with what `act` makes: codes with their fields."""
    with pytest.raises(Invalid) as raised:
        act()
    return [(fault.code, fault.field) for fault in each_fault(raised.value)]
