"""The visits of one course, those that gave their time back included."""

from sqlalchemy import Connection

from clinic.db.tables.courses import plan_session
from clinic.db.visits.rows import visits_where
from clinic.domain.visits.visit import Visit


def visits(connection: Connection, plan_id: int) -> tuple[Visit, ...]:
    """Every visit of the plan, by start."""
    return visits_where(connection, plan_session.c.plan_id == plan_id)
