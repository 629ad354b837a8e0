"""What holds time: a row for each lane of a person or a room, one more to overbook on purpose, one for a patient."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, insert, select

from clinic.db.tables.practice import resource, staff
from clinic.domain.practice.modality import Modality

Owner = tuple[int, int]
"""The owner's key and how many lanes it has."""


def of_practice(connection: Connection) -> tuple[int, ...]:
    """Every resource of people and rooms: held by whoever changes hours, absences, closures or credentials."""
    query = select(resource.c.id).where(resource.c.kind.in_(("staff", "room"))).order_by(resource.c.id)
    return tuple(connection.execute(query).scalars())


def patient_limits(connection: Connection, staff_ids: Collection[int]) -> dict[int, dict[Modality, int]]:
    """How many patients each of them treats at once, by modality; where it says nothing, one."""
    if not staff_ids:
        return {}
    query = select(staff.c.id, staff.c.patient_limits).where(staff.c.id.in_(staff_ids))
    return {id_: {Modality(name): limit for name, limit in limits.items()} for id_, limits in connection.execute(query)}


def ensure(connection: Connection, kind: str, owners: Sequence[Owner]) -> None:
    """Give staff or rooms the lanes they lack, and one to overbook."""
    query = select(resource.c.owner_id, resource.c.lane, resource.c.overbook).where(resource.c.kind == kind)
    known = {(row.owner_id, row.lane, row.overbook) for row in connection.execute(query)}
    wanted = [(owner, lane, False) for owner, lanes in owners for lane in range(lanes)]
    wanted += [(owner, 0, True) for owner, _ in owners]
    _add(connection, kind, [one for one in wanted if one not in known])


def add_patients(connection: Connection, patient_ids: Sequence[int]) -> None:
    """One resource for each new patient."""
    _add(connection, "patient", [(id_, 0, False) for id_ in patient_ids])


def _add(connection: Connection, kind: str, lanes: Sequence[tuple[int, int, bool]]) -> None:
    rows = [{"kind": kind, "owner_id": owner, "lane": lane, "overbook": over} for owner, lane, over in lanes]
    if rows:
        connection.execute(insert(resource), rows)
