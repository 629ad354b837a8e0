"""Documents that differ in one place."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any


def with_changed(document: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """The same with the value at a dotted path changed; numbers count in lists."""
    found: Any = deepcopy(document)
    *outer, last = [int(name) if name.isdigit() else name for name in path.split(".")]
    inner = found
    for name in outer:
        inner = inner[name]
    inner[last] = value
    return dict(found)
