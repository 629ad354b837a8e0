"""How strongly rules speak in this practice."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.access.idempotency import Once
from clinic.db.care import settings
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.findings import Level, choose_level
from clinic.services.apply.opening import opening


@retrying
def choose(begin: Begin, rule: int, level: Level, *, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """The rule's level from now on. Raises Invalid(rule_not_yours)."""
    actor.require("practice.write")
    choose_level(rule, level)
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is not None:
            return
        settings.choose(opened.unit.connection, rule, level, by=actor.name, now=now)
        entry = audit.Entry("practice.write", "rule.level", "rule", rule, None, {"level": level.value})
        audit.append(opened.unit.connection, [entry], actor=actor, now=now)
        opened.keep(str(rule))
