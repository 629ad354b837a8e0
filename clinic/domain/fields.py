"""Strict reading of plain documents (TOML, JSON): every field is taken once, what is left over is refused."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from clinic.domain.errors import Invalid

Read = TypeVar("Read")
_REQUIRED = object()


def within(path: str, read: Callable[[Any], Read], document: object) -> Read:
    """What `read` makes of the document; a fault inside names its field from `path` on."""
    try:
        return read(document)
    except Invalid as fault:
        inner = f"{path}.{fault.field}" if fault.field else path
        raise Invalid(fault.code, field=inner, **fault.params) from fault


class Fields:
    """One table of a document. Raises Invalid(not_a_table) for anything else."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, Mapping):
            raise Invalid("not_a_table")
        self._left = {str(name): value for name, value in document.items()}

    def take(self, name: str, default: Any = _REQUIRED) -> Any:
        """The field's value, unchecked. Raises Invalid(field_missing)."""
        value = self._left.pop(name, default)
        if value is _REQUIRED:
            raise Invalid("field_missing", field=name)
        return value

    def read(self, name: str, read: Callable[[Any], Read]) -> Read:
        """The field's value as `read` understands it."""
        return within(name, read, self.take(name))

    def each(self, name: str, read: Callable[[Any], Read], default: Any = _REQUIRED) -> tuple[Read, ...]:
        """The field's list, item by item. Raises Invalid(not_a_list)."""
        values = self.take(name, default)
        if not isinstance(values, list | tuple):
            raise Invalid("not_a_list", field=name)
        return tuple(within(f"{name}.{at}", read, value) for at, value in enumerate(values))

    def finish(self) -> None:
        """Raises Invalid(field_unknown) for the first field nobody took."""
        if self._left:
            raise Invalid("field_unknown", field=min(self._left))
