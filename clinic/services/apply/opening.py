"""How a use case that writes begins: what it decides about is held, and a form that was sent before is known."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from clinic.db.access import idempotency
from clinic.db.access.idempotency import Once
from clinic.db.care import settings
from clinic.db.unit import Begin, Unit
from clinic.domain.errors import Refused, Stale
from clinic.services.apply.lapsed import give_back_lapsed


class Versioned(Protocol):
    """What carries the version that forms are compared with."""

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Opening:
    """The unit of work, under lock. `done` is where the same form led before: then there is nothing left to do."""

    unit: Unit
    done: str | None
    once: Once | None
    now: datetime

    def keep(self, location: str) -> None:
        """Remember where this form led, a public id."""
        idempotency.keep(self.unit.connection, self.once, location, now=self.now)


@contextmanager
def opening(
    begin: Begin, hold: Iterable[int] | Callable[[Unit], object], *, once: Once | None, now: datetime
) -> Iterator[Opening]:
    """Begin with these resources held, or with what `hold` holds once it looked them up; then ask whether the form was
    sent before. What was kept for a form too long is free before anything is decided. A rule that refuses is counted,
    although nothing else stays. Raises Invalid(key_reused)."""
    try:
        with begin(hold=() if callable(hold) else hold) as unit:
            if callable(hold):
                hold(unit)
            give_back_lapsed(unit, now=now)
            yield Opening(unit, idempotency.earlier(unit.connection, once), once, now)
    except Refused as refused:
        outcome = "asked" if refused.params.get("overridable") else "blocked"
        with begin() as unit:
            settings.spoke(unit.connection, [(refused.rule, outcome)], now)
        raise


def as_seen(what: str, found: T, version: int) -> T:
    """What was found, if it is what the actor saw. Raises Stale."""
    if found.version != version:
        raise Stale(what, seen=version, current=found.version)
    return found
