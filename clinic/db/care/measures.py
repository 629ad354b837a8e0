"""Outcome measures as they are read."""

from sqlalchemy import Connection, select

from clinic.db.tables.records import measure
from clinic.domain.care.measures import Taken


def of_plan(connection: Connection, plan_id: int) -> tuple[Taken, ...]:
    """Every value that was taken, by day."""
    query = select(measure.c.name, measure.c.tenths, measure.c.on_day).where(measure.c.plan_id == plan_id)
    return tuple(Taken(*row) for row in connection.execute(query.order_by(measure.c.on_day, measure.c.id)))
