"""The protocols that a course can be built from: those that ship, and what the practice made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from clinic.content import protocols
from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.access.idempotency import Once
from clinic.db.courses import protocols as kept
from clinic.db.courses.protocols import Revision
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_changes import Difference, differences
from clinic.domain.courses.protocol_edit import sourced
from clinic.domain.errors import Invalid, NotFound, Stale
from clinic.domain.limits import LINE, line
from clinic.services.apply.opening import opening

PERMISSION = "protocol.edit"
SHIPPED = "shipped"
"""What ships now, where a version is named."""


@lru_cache(maxsize=1)
def known() -> MappingProxyType[str, Protocol]:
    """The shipped protocols by key, in the order of their titles."""
    return MappingProxyType({each.key: each for each in sorted(protocols.load(), key=lambda each: each.title)})


def protocol(key: str) -> Protocol:
    """The shipped one with that key. Raises Invalid(unknown_protocol), which names all of them."""
    return among(known(), key)


def among(usable: Mapping[str, Protocol], key: str) -> Protocol:
    """The one with that key of these. Raises Invalid(unknown_protocol), which names all of them."""
    if key not in usable:
        raise Invalid("unknown_protocol", field="protocol", name=key, known=", ".join(usable))
    return usable[key]


@dataclass(frozen=True, slots=True)
class Template:
    """A protocol as the practice uses it, beside what shipped under its key, if anything did."""

    protocol: Protocol
    shipped: Protocol | None
    own: bool
    retired: bool
    seen: int
    """The number of the last revision that was kept, 0 for none: what an edit builds on."""


def _template(shipped: Protocol | None, last: Revision | None) -> Template:
    own = last is not None and not last.shipped
    current = last.protocol if last is not None and (own or shipped is None) else shipped
    assert current is not None  # noqa: S101 - one of the two is there
    return Template(current, shipped, own, last is not None and last.retired, 0 if last is None else last.revision)


def templates(unit: Unit) -> tuple[Template, ...]:
    """All of them, the retired ones too, by title."""
    shipped, last = known(), kept.newest(unit.connection)
    found = [_template(shipped.get(key), last.get(key)) for key in dict.fromkeys((*shipped, *last))]
    return tuple(sorted(found, key=lambda each: each.protocol.title))


def template(unit: Unit, key: str) -> Template:
    """The one with that key. Raises NotFound."""
    for each in templates(unit):
        if each.protocol.key == key:
            return each
    raise NotFound("protocol")


def usable(unit: Unit) -> Mapping[str, Protocol]:
    """What a new course can be built from, by key: as the practice has it, without what is retired."""
    return {each.protocol.key: each.protocol for each in templates(unit) if not each.retired}


def history(unit: Unit, key: str) -> tuple[Revision, ...]:
    """What the practice kept, newest first."""
    return kept.history(unit.connection, key)


def version(unit: Unit, key: str, name: str) -> Protocol:
    """The version with that number, or what ships now. Raises NotFound."""
    shipped = known().get(key)
    found = {str(each.revision): each.protocol for each in history(unit, key)}
    if shipped is not None:
        found = {str(shipped.version): shipped} | found | {SHIPPED: shipped}
    if name not in found:
        raise NotFound("protocol")
    return found[name]


def since(unit: Unit, made_from: Protocol) -> tuple[Difference, ...] | None:
    """What is otherwise now than in the version that a plan was made from; None where that version is the current one.
    Where nobody knows it any more the plan's own copy stands in for it."""
    try:
        current = template(unit, made_from.key).protocol
    except NotFound:
        return None
    if current.version == made_from.version:
        return None
    try:
        before = version(unit, made_from.key, str(made_from.version))
    except NotFound:
        before = made_from
    return differences(before, current)


def adapted(unit: Unit, copy: Protocol) -> tuple[Difference, ...]:
    """What a plan's own copy says otherwise than the version that it was made from, where that is known."""
    try:
        return differences(version(unit, copy.key, str(copy.version)), copy)
    except NotFound:
        return ()


@retrying
def save(
    begin: Begin, edited: Protocol, *, seen: int, why: str, actor: Actor, once: Once | None = None, now: datetime
) -> int:
    """Keep it as the next version, with the sources of what is as it shipped, or as it was in one of the practice's
    own; the version's number. Without a difference nothing is kept.

    Raises NotFound, Stale when somebody kept another version since, Invalid.
    """
    actor.require(PERMISSION)
    line("why", why, LINE)
    with opening(begin, (), once=once, now=now) as opened:
        unit = opened.unit
        current = template(unit, edited.key)
        if opened.done is not None or not differences(current.protocol, edited):
            return current.protocol.version
        if current.seen != seen:
            raise Stale("protocol", seen=seen, current=current.seen)
        _keep_shipped(unit, current, actor=actor, now=now)
        number = max(seen, current.protocol.version, current.shipped.version if current.shipped else 0) + 1
        new = replace(sourced(edited, current.shipped or current.protocol), version=number)
        added = kept.add(unit.connection, new, unit.public_id(), actor=actor.name, why=why, now=now)
        if added is None:
            raise Stale("protocol", seen=seen, current=number)
        entry = Entry(PERMISSION, "protocol.revise", "protocol", added, None, {"key": new.key, "revision": number})
        audit.append(unit.connection, [entry], actor=actor, now=now)
        opened.keep(new.key)
        return number


def _keep_shipped(unit: Unit, current: Template, *, retired: bool = False, actor: Actor, now: datetime) -> int | None:
    """What shipped is kept before the first change to it, so that it can be compared with for good."""
    if current.shipped is None or current.own:
        return None
    known_by = {"shipped": True, "retired": retired, "actor": actor.name, "why": "", "now": now}
    return kept.add(unit.connection, current.shipped, unit.public_id(), **known_by)  # type: ignore[arg-type] # as named


@retrying
def retire(
    begin: Begin, key: str, retired: bool, *, seen: int, actor: Actor, once: Once | None = None, now: datetime
) -> None:
    """Take it out of use for new courses, or back into it; courses that have it go on. Raises NotFound, Stale."""
    actor.require(PERMISSION)
    with opening(begin, (), once=once, now=now) as opened:
        unit = opened.unit
        current = template(unit, key)
        if opened.done is not None or current.retired is retired:
            return
        if current.seen != seen:
            raise Stale("protocol", seen=seen, current=current.seen)
        added = _keep_shipped(unit, current, retired=retired, actor=actor, now=now)
        last = history(unit, key)[0].id if added is None else added
        kept.retire(unit.connection, last, retired)
        act = "protocol.retire" if retired else "protocol.restore"
        audit.append(
            unit.connection, [Entry(PERMISSION, act, "protocol", last, None, {"key": key})], actor=actor, now=now
        )
        opened.keep(key)
