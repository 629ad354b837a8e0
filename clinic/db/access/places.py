"""At which locations a thing is, so that it can be told who may see it; and lists of what is at some of them."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, select, true, union

from clinic.db.tables.courses import plan
from clinic.db.tables.messages import task
from clinic.db.tables.practice import location, room, staff, staff_hours
from clinic.db.tables.repairs import handover, repair
from clinic.db.tables.visits import appointment
from clinic.db.tables.waiting import freed, freed_offer, waiting
from clinic.domain.access.actors import Places

_NAME: Final[BindParameter[str]] = bindparam("name")
_OF: Final[Mapping[str, Select[Any]]] = {
    "visit": select(appointment.c.location_id).where(appointment.c.public_id == _NAME),
    "course": select(plan.c.location_id).where(plan.c.public_id == _NAME),
    "waiting": select(waiting.c.location_id).where(waiting.c.public_id == _NAME),
    "freed": select(freed.c.location_id).where(freed.c.public_id == _NAME),
    "task": select(appointment.c.location_id)
    .join(task, task.c.appointment_id == appointment.c.id)
    .where(task.c.public_id == _NAME),
    "handover": select(plan.c.location_id)
    .join(handover, handover.c.plan_id == plan.c.id)
    .where(handover.c.public_id == _NAME),
    "location": select(location.c.id).where(location.c.public_id == _NAME),
    "location code": select(location.c.id).where(location.c.code == _NAME),
    "room code": select(room.c.location_id).where(room.c.code == _NAME),
}


_KEY: Final[BindParameter[int]] = bindparam("key")
_AT: Final[Mapping[str, Select[Any]]] = {
    "visit": select(appointment.c.location_id).where(appointment.c.id == _KEY),
    "plan": select(plan.c.location_id).where(plan.c.id == _KEY),
    "waiting": select(waiting.c.location_id).where(waiting.c.id == _KEY),
    "freed": select(freed.c.location_id).where(freed.c.id == _KEY),
    "offer": select(freed.c.location_id)
    .join(freed_offer, freed_offer.c.freed_id == freed.c.id)
    .where(freed_offer.c.id == _KEY),
}


def at(connection: Connection, kind: str, key: int) -> int:
    """The location of a thing that is there, by its key."""
    return int(connection.execute(_AT[kind], {"key": key}).scalar_one())


def of(connection: Connection, kind: str, name: str) -> frozenset[int]:
    """The locations of a thing, by its public id or code; none for what is not there, or belongs to no location."""
    if kind == "repair":
        told = connection.execute(select(repair.c.trouble).where(repair.c.public_id == name)).scalar_one_or_none()
        return frozenset() if told is None else of(connection, "resource", str(told["who"]))
    if kind == "resource":
        return _of_resource(connection, name)
    return frozenset(connection.execute(_OF[kind], {"name": name}).scalars())


def _of_resource(connection: Connection, public_id: str) -> frozenset[int]:
    """Of a location, a room, or everywhere where somebody works."""
    works = select(staff_hours.c.location_id).join(staff, staff.c.id == staff_hours.c.staff_id)
    found = union(
        select(location.c.id).where(location.c.public_id == public_id),
        select(room.c.location_id).where(room.c.public_id == public_id),
        works.where(staff.c.public_id == public_id),
    )
    return frozenset(connection.execute(found).scalars())


def within(column: ColumnElement[Any], places: Places) -> ColumnElement[bool]:
    """That the column names one of these locations; everything where they are every one."""
    return true() if places is None else column.in_(sorted(places))
