"""Limits on tries, counted in the database so that they hold across workers: sign-in, and tokens nobody knows.

A try is counted before it is judged, so that many at once cannot slip past, and taken back when it was good. Only the
pair of account and source is limited tightly: nobody can lock a colleague out from elsewhere.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from clinic.db.access import counters
from clinic.db.unit import Begin, retrying
from clinic.domain.errors import TooMany

WINDOW: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `hits` in a window of 15 minutes for one `what` (`sign-in`) and one `whom`, which is stored hashed."""

    what: str
    hits: int
    whom: str

    @property
    def name(self) -> str:
        return f"{self.what}:{hashlib.sha256(self.whom.encode()).hexdigest()}"


def sign_in_limits(email: str, source: str) -> tuple[Limit, ...]:
    """Ten wrong passwords an account and source, a hundred a source."""
    return Limit("sign-in", 10, f"{email} {source}"), Limit("sign-in-source", 100, source)


def unknown_token_limit(kind: str, source: str) -> tuple[Limit, ...]:
    """Thirty tokens of a kind (`feed`, `visit-link`) that nobody has, a source. Known ones are not counted."""
    return (Limit(f"unknown-{kind}", 30, source),)


def link_limit(token: str) -> tuple[Limit, ...]:
    """Twenty forms a visit link."""
    return (Limit("visit-link-form", 20, token),)


def birth_date_limit(token: str) -> tuple[Limit, ...]:
    """Five wrong birth dates a visit link."""
    return (Limit("visit-link-birth", 5, token),)


@retrying
def count(begin: Begin, limits: Sequence[Limit], *, now: datetime) -> None:
    """Count one try against each. Raises TooMany when one of the limits is passed; the try stays counted."""
    window = _window(now)
    with begin() as unit:
        hits = [counters.add(unit.connection, limit.name, window) for limit in limits]
        if 1 in hits:
            counters.forget(unit.connection, window - WINDOW)
    if any(found > limit.hits for found, limit in zip(hits, limits, strict=True)):
        raise TooMany(int((window + WINDOW - now).total_seconds()) + 1)


@retrying
def take_back(begin: Begin, limits: Sequence[Limit], *, now: datetime) -> None:
    """The try was good: it does not count."""
    with begin() as unit:
        for limit in limits:
            counters.add(unit.connection, limit.name, _window(now), by=-1)


def _window(now: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
