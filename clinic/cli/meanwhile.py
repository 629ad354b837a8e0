"""Commands that look first and write then: who comes between them is said with what to do at a command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from clinic.domain.errors import Conflict, SlotTaken, Stale


@contextmanager
def looked_before() -> Iterator[None]:
    """Raises Conflict(looked_before) for what was taken or changed since."""
    try:
        yield
    except (SlotTaken, Stale) as error:
        raise Conflict("looked_before") from error
