"""A protocol of the practice's own, from nothing or like another."""

from dataclasses import replace
from datetime import datetime

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.access.idempotency import Once
from clinic.db.courses import protocols as kept
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_edit import blank, key_of
from clinic.domain.errors import Stale
from clinic.domain.limits import LINE, line
from clinic.services.apply.opening import opening
from clinic.services.courses.protocols import PERMISSION, template, templates

FIRST = 1


@retrying
def start(begin: Begin, title: str, *, like: str, actor: Actor, once: Once | None = None, now: datetime) -> str:
    """Keep a first version under a key of its own, made from its title; the key. Like the protocol with the key `like`,
    with its sources, or blank where that is empty. Raises Invalid, NotFound."""
    actor.require(PERMISSION)
    line("title", title, LINE, required=True)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        unit = opened.unit
        new = _new(unit, title, like)
        added = kept.add(unit.connection, new, unit.public_id(), actor=actor.name, why="", now=now)
        if added is None:
            raise Stale("protocol", seen=0, current=FIRST)
        entry = Entry(PERMISSION, "protocol.start", "protocol", added, None, {"key": new.key, "revision": FIRST})
        audit.append(unit.connection, [entry], actor=actor, now=now)
        opened.keep(new.key)
        return new.key


def _new(unit: Unit, title: str, like: str) -> Protocol:
    key = key_of(title, {each.protocol.key for each in templates(unit)})
    if not like:
        return blank(key, title)
    return replace(template(unit, like).protocol, key=key, title=title, version=FIRST)
