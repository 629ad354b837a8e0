"""Tasks as people handle them: somebody takes one, somebody says what came of it."""

from datetime import datetime
from typing import Final

from clinic.db.access import audit
from clinic.db.access.idempotency import Once
from clinic.db.messages import tasks
from clinic.db.messages.tasks import Task
from clinic.db.unit import Begin, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import NotFound
from clinic.domain.limits import PARAGRAPH, text
from clinic.services.apply.opening import opening

PERMISSION: Final = "task.write"


@retrying
def take(begin: Begin, public_id: str, *, mine: bool, actor: Actor, once: Once | None = None, now: datetime) -> bool:
    """Whoever acts does it from now on, or (not `mine`) nobody does; False when it is no longer open. Raises NotFound,
    Forbidden."""
    actor.require(PERMISSION)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return True
        found = _open(opened.unit, public_id)
        if found is None:
            return False
        by = actor.account if mine else None
        tasks.take(opened.unit.connection, found.id, by)
        _audit(opened.unit, found, "task.taken" if mine else "task.left", actor, now)
        opened.keep(public_id)
        return True


@retrying
def finish(begin: Begin, public_id: str, *, note: str, actor: Actor, once: Once | None = None, now: datetime) -> bool:
    """It is done; `note` says what came of it, at most a paragraph. False when it was finished before. Raises NotFound,
    Forbidden, Invalid(too_long)."""
    actor.require(PERMISSION)
    text("note", note, PARAGRAPH)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return True
        found = _open(opened.unit, public_id)
        if found is None:
            return False
        tasks.finish(opened.unit.connection, found.id, note=note.strip(), by=actor.name, now=now)
        _audit(opened.unit, found, "task.done", actor, now)
        opened.keep(public_id)
        return True


def _open(unit: Unit, public_id: str) -> Task | None:
    found = tasks.find(unit.connection, public_id)
    if found is None:
        raise NotFound("task")
    return found if found.state == "open" else None


def _audit(unit: Unit, found: Task, act: str, actor: Actor, now: datetime) -> None:
    entry = audit.Entry(PERMISSION, act, "task", found.id, found.patient_id)
    audit.append(unit.connection, [entry], actor=actor, now=now)
