"""How strongly rules speak in this practice, and how often they did."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from clinic.db.tables.care import rule_setting, rule_spoken
from clinic.domain.care.findings import Level

OUTCOMES: Final = ("warned", "asked", "overridden", "blocked")


def levels(connection: Connection) -> Mapping[int, Level]:
    """The levels that the practice chose, by rule."""
    return {row.rule: Level(row.level) for row in connection.execute(select(rule_setting.c.rule, rule_setting.c.level))}


def choose(connection: Connection, rule: int, level: Level, *, by: str, now: datetime) -> None:
    """The level of a rule from now on."""
    connection.execute(delete(rule_setting).where(rule_setting.c.rule == rule))
    connection.execute(insert(rule_setting).values(rule=rule, level=level.value, actor=by, set_at=now))


def spoke(connection: Connection, said: Iterable[tuple[int, str]], now: datetime) -> None:
    """Rules spoke, each with what came of it."""
    rows = [{"rule": rule, "outcome": outcome, "at": now} for rule, outcome in said]
    if rows:
        connection.execute(insert(rule_spoken), rows)


def rates(connection: Connection, since: datetime) -> Mapping[int, Mapping[str, int]]:
    """How often each rule that spoke since then warned, asked for a reason, was set aside, forbade."""
    query = (
        select(rule_spoken.c.rule, rule_spoken.c.outcome, func.count())
        .where(rule_spoken.c.at >= since)
        .group_by(rule_spoken.c.rule, rule_spoken.c.outcome)
    )
    found: dict[int, dict[str, int]] = {}
    for rule, outcome, times in connection.execute(query):
        found.setdefault(rule, dict.fromkeys(OUTCOMES, 0))[outcome] = times
    return found
