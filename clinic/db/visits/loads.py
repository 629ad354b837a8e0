"""Visits, read whole for a decision."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select, text

from clinic.db.tables.courses import plan_session
from clinic.db.tables.practice import resource
from clinic.db.tables.visits import appointment, segment
from clinic.db.visits.rows import visits_where
from clinic.domain.errors import NotFound
from clinic.domain.visits.visit import GONE, Visit

_GONE = [status.value for status in sorted(GONE)]


def visit(connection: Connection, public_id: str) -> Visit:
    """The visit with that public id. Raises NotFound."""
    found = visits_where(connection, appointment.c.public_id == public_id)
    if not found:
        raise NotFound("visit")
    return found[0]


def segments(connection: Connection, visit_id: int) -> list[int]:
    """The keys of a visit's segments, in order."""
    query = select(segment.c.id).where(segment.c.appointment_id == visit_id).order_by(segment.c.ordinal)
    return list(connection.execute(query).scalars())


def of_plan(connection: Connection, plan_id: int) -> tuple[Visit, ...]:
    """The plan's visits that hold time, in order of start."""
    return visits_where(connection, plan_session.c.plan_id == plan_id, appointment.c.status.not_in(_GONE))


def of_patient(connection: Connection, patient_id: int) -> tuple[Visit, ...]:
    """The patient's visits that hold or held time, past ones included, in order of start."""
    return visits_where(connection, appointment.c.patient_id == patient_id, appointment.c.status.not_in(_GONE))


Owner = tuple[str, int]
"""Whose time: a kind of resource (`staff`, `room`, `patient`) and its owner's key."""


def lanes(connection: Connection, owners: Collection[Owner]) -> dict[Owner, tuple[int, ...]]:
    """The resource ids of each owner's ordinary lanes, in lane order."""
    found: dict[Owner, list[int]] = {owner: [] for owner in owners}
    query = (
        select(resource.c.kind, resource.c.owner_id, resource.c.id)
        .where(resource.c.overbook.is_(False), resource.c.owner_id.in_({owner for _, owner in owners}))
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


_COLUMNS = "resource_id, starts, ends"
_RANGE = "active AND starts < :last AND starts >= :before AND ends > :first AND segment_id NOT IN"
_SQLITE = text(
    f"SELECT {_COLUMNS} FROM claim WHERE resource_id IN (SELECT value FROM json_each(:ids)) AND {_RANGE}"  # noqa: S608 - constants
    " (SELECT value FROM json_each(:without)) ORDER BY resource_id, starts"
)
_POSTGRESQL = text(
    f"""SELECT array_agg(resource_id), array_agg(starts), array_agg(ends) FROM (
        SELECT {_COLUMNS} FROM claim WHERE resource_id = ANY(CAST(:ids AS bigint[])) AND {_RANGE}
        (SELECT unnest(CAST(:without AS bigint[]))) ORDER BY resource_id, starts) AS held"""  # noqa: S608 - constants
)
LONGEST_CLAIM = 288
"""A claim is at most a day long, so that the range scan can start a day before the first tick."""


def held(
    connection: Connection, resources: Sequence[int], first: int, last: int, *, without: Sequence[int] = ()
) -> Held:
    """The active claims of these resources that touch [first, last): one range scan of integers, no objects made.

    `without` are segments whose claims are passed over.
    """
    bounds = {"first": first, "last": last, "before": first - LONGEST_CLAIM}
    if connection.dialect.name == "postgresql":
        row = connection.execute(_POSTGRESQL, {"ids": list(resources), "without": list(without), **bounds}).one()
        columns = [np.asarray(column or (), np.int64) for column in row]
        return Held(columns[0], columns[1], columns[2])
    lists = {"ids": json.dumps(list(resources)), "without": json.dumps(list(without))}
    rows = connection.execute(_SQLITE, {**lists, **bounds}).all()
    table = np.array(rows, np.int64).reshape(len(rows), 3)
    return Held(table[:, 0], table[:, 1], table[:, 2])
