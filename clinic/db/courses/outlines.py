"""Plans under way as a repair needs them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from json import dumps, loads
from typing import Any

from sqlalchemy import Connection, select

from clinic.db.tables.courses import plan, plan_phase, plan_session, session_gap
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_document import from_dict


@dataclass(frozen=True, slots=True)
class Outline:
    """What a plan asks of its visits. `sessions` tells each session's ordinal and the name of its phase, by key,
    `asked` how many days some keep at least from the visit before."""

    id: int
    public_id: str
    title: str
    protocol: Protocol
    preferences: Mapping[str, Any]
    earliest_on: date
    latest_on: date | None
    sessions: Mapping[int, tuple[int, str]]
    asked: Mapping[int, int] = field(default_factory=dict)


def outlines(connection: Connection, plan_ids: Collection[int]) -> dict[int, Outline]:
    """Each of these plans, by key. Two statements."""
    wanted = sorted(plan_ids)
    sessions: dict[int, dict[int, tuple[int, str]]] = {id_: {} for id_ in wanted}
    placed = (
        select(plan_session.c.plan_id, plan_session.c.id, plan_session.c.ordinal, plan_phase.c.name, session_gap.c.days)
        .join(plan_phase, plan_phase.c.id == plan_session.c.phase_id)
        .outerjoin(session_gap, session_gap.c.session_id == plan_session.c.id)
        .where(plan_session.c.plan_id.in_(wanted))
    )
    asked: dict[int, dict[int, int]] = {id_: {} for id_ in wanted}
    for plan_id, id_, ordinal, phase, days in connection.execute(placed):
        sessions[plan_id][id_] = (ordinal, phase)
        if days is not None:
            asked[plan_id][id_] = days
    rows = [dict(row) for row in connection.execute(select(plan).where(plan.c.id.in_(wanted))).mappings()]
    return {row["id"]: _outline(row, sessions[row["id"]], asked[row["id"]]) for row in rows}


def _outline(row: Mapping[str, Any], sessions: Mapping[int, tuple[int, str]], asked: Mapping[int, int]) -> Outline:
    ends = [day for day in (row["latest_on"], row["authorised_until"]) if day is not None]
    return Outline(
        row["id"],
        row["public_id"],
        row["title"],
        _protocol(dumps(row["protocol"], sort_keys=True)),
        row["preferences"],
        row["earliest_on"],
        min(ends, default=None),
        sessions,
        asked,
    )


@lru_cache(maxsize=256)
def _protocol(document: str) -> Protocol:
    """Many plans follow the same one."""
    return from_dict(loads(document))
