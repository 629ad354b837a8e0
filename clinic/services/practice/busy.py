"""Therapists' own calendars: given as an address or as a file, looked at, removed.

An address opens the calendar to whoever has it: it is stored, handed to the fetcher, and shown to nobody again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clinic.calendars.outside import address
from clinic.db.access import audit
from clinic.db.access.idempotency import Once
from clinic.db.messages import subscriptions
from clinic.db.practice import busy, losses
from clinic.db.practice.busy import Owner, Source
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.ids import PublicId
from clinic.domain.limits import SHORT, line
from clinic.domain.time import tick_ceil, tick_floor
from clinic.services.apply.opening import opening
from clinic.services.practice import busy_keeping as keeping

PERMISSION: Final = "busy.write"
EVERYBODYS: Final = "practice.write"
MOST: Final = 10
"""Calendars one person may have: work, family, a club."""
SHOWN: Final = timedelta(weeks=4)
REST: Final = timedelta(minutes=1)
"""Between two tries that are asked for: nobody's server is called faster on our users' word."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A calendar, how many busy stretches it has in the next four weeks, and whether it could not be read for a day."""

    source: Source
    ahead: int
    stale: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Somebody's calendars."""

    owner: Owner
    calendars: tuple[Shown, ...]


def page(read: Read, said: str, *, actor: Actor, now: datetime) -> Page:
    """The calendars of somebody by public id or code. Raises Forbidden, NotFound for those of others."""
    with read() as unit:
        owner = _owner(unit, said, actor)
        first, last = tick_floor(now), tick_ceil(now + SHOWN)
        counts = busy.ahead(unit.connection, owner.id, first, last)
        found = busy.of_staff(unit.connection, owner.id)
    return Page(owner, tuple(Shown(one, counts.get(one.id, 0), keeping.is_stale(one, now)) for one in found))


@retrying
def add_address(
    begin: Begin, said: str, name: str, where: str, *, actor: Actor, once: Once | None = None, now: datetime
) -> PublicId:
    """A calendar to be fetched from now on, first by the next worker that is free.

    Raises Forbidden, NotFound, Invalid(busy_address), Invalid(too_many_calendars).
    """
    address(where)
    line("name", name, SHORT, required=True)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return PublicId(opened.done)
        owner = _owner(opened.unit, said, actor)
        public_id, _ = _add(opened.unit, owner, name, "address", where.strip(), actor=actor, now=now)
        opened.keep(public_id)
        return public_id


def add_file(
    begin: Begin,
    read: Read,
    said: str,
    name: str,
    data: bytes,
    *,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> PublicId:
    """A calendar that is read this once, for the next half year; the file itself is not kept.

    Raises Forbidden, NotFound, Invalid(too_many_calendars), and what is wrong with the file.
    """
    line("name", name, SHORT, required=True)
    with read() as unit:
        owner, host = _owner(unit, said, actor), unit.host
    return _keep_file(begin, said, name, keeping.laid_out(data, owner.tz, host, now=now), actor, once, now)


@retrying
def _keep_file(
    begin: Begin, said: str, name: str, found: keeping.Found, actor: Actor, once: Once | None, now: datetime
) -> PublicId:
    def hold(unit: Unit) -> None:
        unit.hold(losses.lanes(unit.connection, "staff", _owner(unit, said, actor).id))

    with opening(begin, hold, once=once, now=now) as opened:
        if opened.done is not None:
            return PublicId(opened.done)
        unit = opened.unit
        owner = _owner(unit, said, actor)
        public_id, source = _add(unit, owner, name, "file", "", actor=actor, now=now)
        keeping.keep(unit, source, found, now=now)
        opened.keep(public_id)
        return public_id


def _add(
    unit: Unit, owner: Owner, name: str, kind: str, where: str, *, actor: Actor, now: datetime
) -> tuple[PublicId, Source]:
    if len(busy.of_staff(unit.connection, owner.id)) >= MOST:
        raise Invalid("too_many_calendars", limit=MOST)
    public_id, due = unit.public_id(), now if kind == "address" else None
    values = {"public_id": public_id, "name": name.strip(), "kind": kind, "address": where, "due_at": due}
    added = busy.add(unit.connection, owner.id, now=now, **values)
    _tell(unit, "busy.added", added, owner, actor, now)
    return public_id, busy.named(unit.connection, owner.id, public_id)


@retrying
def remove(begin: Begin, said: str, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Forget a calendar; what it kept busy is free at once. Raises Forbidden, NotFound."""
    with begin() as unit:
        owner = _owner(unit, said, actor)
        unit.hold(losses.lanes(unit.connection, "staff", owner.id))
        source = busy.named(unit.connection, owner.id, public_id)
        keeping.forget(unit, source, now=now)
        _tell(unit, "busy.removed", source.id, owner, actor, now)


@retrying
def ask_again(begin: Begin, said: str, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Have a calendar fetched soon, at most once a minute. Raises Forbidden, NotFound."""
    with begin() as unit:
        source = busy.named(unit.connection, _owner(unit, said, actor).id, public_id)
        rested = now if source.checked_at is None else max(now, source.checked_at + REST)
        busy.ask_again(unit.connection, source.id, rested)


def mine(read: Read, *, actor: Actor) -> str | None:
    """The public id of the therapist who acts; None for an account that belongs to nobody."""
    actor.require(PERMISSION)
    with read() as unit:
        return _me(unit, actor)


def _me(unit: Unit, actor: Actor) -> str | None:
    found = subscriptions.me(unit.connection, actor.account or "")
    return None if found is None else found.public_id


def _owner(unit: Unit, said: str, actor: Actor) -> Owner:
    """Whose calendars are meant: one's own, or anybody's for who runs the practice."""
    actor.require(PERMISSION)
    found = busy.owner(unit.connection, said)
    if not actor.may(EVERYBODYS) and _me(unit, actor) != found.public_id:
        raise NotFound("therapist")
    return found


def _tell(unit: Unit, act: str, source_id: int, owner: Owner, actor: Actor, now: datetime) -> None:
    entry = audit.Entry(PERMISSION, act, "busy_source", source_id, None, {"staff": owner.id})
    audit.append(unit.connection, [entry], actor=actor, now=now)
