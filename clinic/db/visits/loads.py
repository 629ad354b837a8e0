"""Visits, read whole for a decision."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, bindparam, select, text

from clinic.db.tables.courses import plan_session
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment
from clinic.db.types import Instant, stored
from clinic.db.visits.kept import LAPSED
from clinic.db.visits.rows import visits_where
from clinic.domain.errors import NotFound
from clinic.domain.time import DAY_TICKS
from clinic.domain.visits.visit import GONE, Visit

_GONE = stored(GONE)


def visit(connection: Connection, public_id: str) -> Visit:
    """The visit with that public id. Raises NotFound."""
    found = visits_where(connection, appointment.c.public_id == public_id)
    if not found:
        raise NotFound("visit")
    return found[0]


def of_keys(connection: Connection, ids: Collection[int]) -> tuple[Visit, ...]:
    """The visits with these keys, in order of start."""
    return visits_where(connection, appointment.c.id.in_(ids)) if ids else ()


def of_plan(connection: Connection, plan_id: int) -> tuple[Visit, ...]:
    """The plan's visits that hold time, in order of start."""
    return visits_where(connection, plan_session.c.plan_id == plan_id, appointment.c.status.not_in(_GONE))


def of_patient(connection: Connection, patient_id: int) -> tuple[Visit, ...]:
    """The patient's visits that hold or held time, past ones included, in order of start."""
    return visits_where(connection, appointment.c.patient_id == patient_id, appointment.c.status.not_in(_GONE))


def of_patients(connection: Connection, patient_ids: Collection[int]) -> dict[int, tuple[Visit, ...]]:
    """The same for each of several patients. One statement."""
    found: dict[int, list[Visit]] = {id_: [] for id_ in patient_ids}
    given = appointment.c.patient_id.in_(sorted(found))
    for each in visits_where(connection, given, appointment.c.status.not_in(_GONE)):
        found[each.patient_id].append(each)
    return {id_: tuple(visits) for id_, visits in found.items()}


def around(connection: Connection, location_id: int, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """The (key, patient's key) of the location's visits that begin in ticks [first, last) and hold time."""
    query = select(appointment.c.id, appointment.c.patient_id).where(
        appointment.c.location_id == location_id,
        appointment.c.starts_tick >= first,
        appointment.c.starts_tick < last,
        appointment.c.status.not_in(_GONE),
    )
    return tuple((row.id, row.patient_id) for row in connection.execute(query))


Owner = tuple[str, int]
"""Whose time: a kind of resource (`staff`, `room`, `patient`) and its owner's key."""


def lanes(connection: Connection, owners: Collection[Owner], *, overbook: bool = False) -> dict[Owner, tuple[int, ...]]:
    """The resource ids of each owner's ordinary lanes, in lane order; or of the one to overbook."""
    found: dict[Owner, list[int]] = {owner: [] for owner in owners}
    query = (
        select(resource.c.kind, resource.c.owner_id, resource.c.id)
        .where(resource.c.overbook.is_(overbook), resource.c.owner_id.in_({owner for _, owner in owners}))
        .order_by(resource.c.owner_id, resource.c.lane)
    )
    for kind, owner, id_ in connection.execute(query):
        if (kind, owner) in found:
            found[(kind, owner)].append(id_)
    return {owner: tuple(ids) for owner, ids in found.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """Active claims as parallel arrays, sorted by resource and start; ticks."""

    resources: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Roaming:
    """The lanes of those who work at other locations too, and how many ticks away each of these is, by its key."""

    lanes: Sequence[int] = ()
    ways: Mapping[int, int] = field(default_factory=dict)


AT_HOME = Roaming()

_RANGE = "active AND starts < :last AND starts >= :before AND ends > :first"
_OTHERS = {
    "sqlite": """ AND segment_id NOT IN (
        SELECT id FROM segment WHERE appointment_id IN (SELECT value FROM json_each(:without)))""",
    "postgresql": """ AND segment_id <> ALL(ARRAY(
        SELECT id FROM segment WHERE appointment_id = ANY(CAST(:without AS bigint[]))))""",
}
_HELD = {
    "sqlite": """SELECT resource_id, group_concat(starts), group_concat(ends) FROM (
        SELECT resource_id, starts, ends FROM claim
        WHERE resource_id IN (SELECT value FROM json_each(:ids)) AND {range}{ways} ORDER BY resource_id, starts)
        GROUP BY resource_id""",
    "postgresql": """SELECT resource_id, string_agg(int8send((starts::bigint << 32) | ends), ''::bytea) FROM (
        SELECT resource_id, starts, ends FROM claim
        WHERE resource_id = ANY(CAST(:ids AS bigint[])) AND {range}{ways} ORDER BY resource_id, starts) AS held
        GROUP BY resource_id""",
}
"""A row for each resource, its claims in one value: a row object for every claim would cost several times the scan."""

_OVER = {
    "sqlite": " UNION ALL SELECT -1, group_concat(id), '' FROM ({lapsed}) AS lapsed",
    "postgresql": " UNION ALL SELECT -1, string_agg(int8send(id), ''::bytea) FROM ({lapsed}) AS lapsed",
}
"""The visits whose time was kept too long, in the same statement; it seldom finds any, and then is asked again."""

_WAYS = {
    "sqlite": """ UNION ALL SELECT resource_id, starts - way.value, ends + way.value FROM claim
        JOIN segment ON segment.id = segment_id JOIN appointment ON appointment.id = appointment_id
        JOIN json_each(:places) AS place ON place.value = location_id
        JOIN json_each(:ways) AS way ON way.key = place.key
        WHERE resource_id IN (SELECT value FROM json_each(:roaming)) AND {range}""",
    "postgresql": """ UNION ALL SELECT resource_id, starts - ticks, ends + ticks FROM claim
        JOIN segment ON segment.id = segment_id JOIN appointment ON appointment.id = appointment_id
        JOIN unnest(CAST(:places AS bigint[]), CAST(:ways AS integer[])) AS way (place, ticks) ON place = location_id
        WHERE resource_id = ANY(CAST(:roaming AS bigint[])) AND {range}""",
}
_WAYS_RANGE = "active AND starts < :last + :longest AND starts >= :before - :longest AND ends > :first - :longest"
"""Claims that are made longer by the way there and back may begin and end so much outside."""

LONGEST_CLAIM = DAY_TICKS
"""A claim is at most a day long, so that the range scan can start a day before the first tick."""


def held(
    connection: Connection,
    resources: Sequence[int],
    first: int,
    last: int,
    *,
    without: Sequence[int] = (),
    roaming: Roaming = AT_HOME,
    now: datetime | None = None,
) -> Held:
    """The active claims of these resources that touch [first, last): one range scan of integers, no objects made.

    `without` are visits whose claims are passed over, and so is what was kept for a form until `now` at most. What
    those who are `roaming` have at another location comes twice, once longer by the way on either side.
    """
    dialect = connection.dialect.name
    given = _given(dialect, resources, (first, last), without, roaming) | ({} if now is None else {"now": now})
    rows = connection.execute(_held(dialect, bool(without), "ways" in given, now is not None), given).all()
    if now is not None:
        over, rows = rows[0][1], rows[1:]
        if over:
            passed = (*without, *(_ticks(over) if dialect == "sqlite" else np.frombuffer(over, ">i8")).tolist())
            return held(connection, resources, first, last, without=passed, roaming=roaming)
    if dialect == "sqlite":
        each = [np.array([_ticks(starts), _ticks(ends)]).T for _, starts, ends in rows]
    else:
        each = [np.frombuffer(sent, ">i4").reshape(-1, 2) for _, sent in rows]
    ids = np.repeat([row[0] for row in rows], [len(one) for one in each])
    both = np.concatenate(each or [np.empty((0, 2))]).astype(np.int64)
    return Held(ids.astype(np.int64), both[:, 0], both[:, 1])


def _given(
    dialect: str, resources: Sequence[int], span: tuple[int, int], without: Sequence[int], roaming: Roaming
) -> dict[str, object]:
    first, last = span
    given: dict[str, object] = {"first": first, "last": last, "before": first - LONGEST_CLAIM}
    given["ids"] = _listed(dialect, resources)
    if without:
        given["without"] = _listed(dialect, without)
    if roaming.lanes and roaming.ways:
        places, ways = zip(*sorted(roaming.ways.items()), strict=True)
        given |= {"places": _listed(dialect, places), "ways": _listed(dialect, ways), "longest": max(ways)}
        given["roaming"] = _listed(dialect, roaming.lanes)
    return given


def _ticks(column: str) -> NDArray[np.int64]:
    return np.fromstring(column, np.int64, sep=",")


def _listed(dialect: str, ids: Sequence[int]) -> object:
    return json.dumps(list(ids)) if dialect == "sqlite" else list(ids)


@lru_cache(maxsize=16)
def _held(dialect: str, without: bool, travels: bool, lapsing: bool) -> TextClause:
    """The statement; without visits to pass over and anybody roaming it is answered from the index alone."""
    others = _OTHERS[dialect] if without else ""
    ways = _WAYS[dialect].format(range=_WAYS_RANGE + others) if travels else ""
    said = _HELD[dialect].format(range=_RANGE + others, ways=ways)
    if not lapsing:
        return text(f"{said} ORDER BY 1")
    return text(f"{said}{_OVER[dialect].format(lapsed=LAPSED)} ORDER BY 1").bindparams(
        bindparam("now", type_=Instant())
    )
