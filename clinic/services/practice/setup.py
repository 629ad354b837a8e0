"""Changing one thing of the practice, once whoever does it has seen which visits that leaves stranded."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.practice import standing
from clinic.db.practice.stored import Stored, stored
from clinic.db.unit import Begin, Read, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound, Stale
from clinic.domain.practice.practice import Practice
from clinic.domain.practice.presence import Standing, stranded
from clinic.services.apply.opening import opening
from clinic.services.practice.rewriting import PERMISSION, differing, hold, keep, lost

Edit = Callable[[Practice], Practice]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a form is about: its kind and code as in `Stored.keys`, and the version it was read at; None is new."""

    kind: str
    code: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """`stranded`: the visits that could be given before and could not be afterwards. Nothing is `written` before all of
    them were agreed to."""

    stranded: tuple[Standing, ...] = ()
    written: bool = True


@retrying
def change(
    begin: Begin,
    edit: Edit,
    thing: Thing,
    *,
    agreed: Collection[str] = (),
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> Saved:
    """Make of the practice what `edit` makes of it; `agreed` are public ids of visits that may be stranded.

    Raises what `edit` raises, NotFound, Stale.
    """
    actor.require(PERMISSION)
    with opening(begin, hold, once=once, now=now) as opened:
        if opened.done is not None:
            return Saved()
        unit, known = opened.unit, stored(opened.unit.connection)
        _as_seen(known, thing)
        anew = edit(known.practice)
        found = differing(known.practice, anew)
        gone = lost(unit, known.practice, anew, now=now) if found else ()
        if any(each.public_id not in agreed for each in gone):
            return Saved(gone, written=False)
        if found:
            keep(unit, known, anew, found, actor=actor, now=now)
        opened.keep(f"{thing.kind}:{thing.code}"[:64])
        return Saved(gone)


def _as_seen(known: Stored, thing: Thing) -> None:
    """Raises Stale where it was changed since, NotFound where it is not there."""
    if thing.version is None:
        return
    current = known.versions.get((thing.kind, thing.code))
    if current is None:
        raise NotFound(thing.kind)
    if current != thing.version:
        raise Stale(thing.kind, seen=thing.version, current=current)


def as_it_is(read: Read, *, actor: Actor) -> Stored:
    """The practice, to be looked at and edited."""
    actor.require(PERMISSION)
    with read() as unit:
        return stored(unit.connection)


def astray(read: Read, *, actor: Actor, now: datetime) -> tuple[Standing, ...]:
    """Every visit ahead that the practice, as it is, could not give; by start."""
    actor.require(PERMISSION)
    with read() as unit:
        visits = standing.ahead(unit.connection, now=now)
        known = stored(unit.connection).practice
    gone = set(stranded(known, visits))
    return tuple(each for each in visits if each.public_id in gone)
