"""Every fault of a form or a file at once: all that can be checked is checked, then one error tells what was found."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from clinic.domain.errors import Invalid

MOST = 100
"""So many faults are told at once; a file with more is wrong as a whole."""

Read = TypeVar("Read")
Document = TypeVar("Document")


def each_fault(error: Invalid) -> tuple[Invalid, ...]:
    """The faults an error carries, in the order they were found."""
    found: tuple[Invalid, ...] = tuple(error.params["faults"]) if error.code == "several_faults" else (error,)  # type: ignore[arg-type]
    return found


class Faults:
    """Collects faults; `settle` raises them."""

    def __init__(self) -> None:
        self._found: list[Invalid] = []

    @contextmanager
    def under(self, path: str = "") -> Iterator[None]:
        """Keeps the fault that ends the block, its field from `path` on."""
        try:
            yield
        except Invalid as error:
            self._keep(path, error)

    def each(self, path: str, read: Callable[[Document], Read], documents: Iterable[Document]) -> tuple[Read, ...]:
        """What `read` makes of each; those with a fault are left out and told, `path.0` the first."""
        values: list[Read] = []
        for at, document in enumerate(documents):
            with self.under(f"{path}.{at}"):
                values.append(read(document))
        return tuple(values)

    def made(self, make: Callable[[], Read], path: str = "") -> Read:
        """What `make` makes. Raises what it finds, its fields from `path` on, with all that was found before."""
        try:
            value = make()
        except Invalid as error:
            self._keep(path, error)
        else:
            if not self._found:
                return value
        raise self._error()

    def settle(self) -> None:
        """Raises the one fault, or Invalid(several_faults, faults=(…)) with at most 100."""
        if self._found:
            raise self._error()

    def _keep(self, path: str, error: Invalid) -> None:
        for fault in each_fault(error):
            inner = ".".join(part for part in (path, fault.field) if part)
            self._found.append(Invalid(fault.code, field=inner or None, **fault.params))

    def _error(self) -> Invalid:
        if len(self._found) == 1:
            return self._found[0]
        return Invalid("several_faults", faults=tuple(self._found[:MOST]))


def gather(*checks: Callable[[], object]) -> None:
    """Run every check, then raise what they found."""
    faults = Faults()
    for check in checks:
        with faults.under():
            check()
    faults.settle()
