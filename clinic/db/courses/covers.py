"""Who pays for a plan, as it is stored."""

from sqlalchemy import Connection, select

from clinic.db.tables.courses import plan
from clinic.db.tables.plans import plan_payer
from clinic.domain.courses.cover import Cover


def cover(connection: Connection, plan_id: int) -> Cover:
    """Of the plan with that key."""
    columns = (plan_payer.c.payer, plan_payer.c.number, plan.c.authorised_visits, plan.c.authorised_until)
    query = select(*columns).select_from(plan).outerjoin(plan_payer, plan_payer.c.plan_id == plan.c.id)
    payer, number, visits, until = connection.execute(query.where(plan.c.id == plan_id)).one()
    return Cover(payer or "", number or "", visits, until)


def payers(connection: Connection) -> tuple[str, ...]:
    """Everybody who pays for a plan, by name."""
    return tuple(connection.execute(select(plan_payer.c.payer).distinct().order_by(plan_payer.c.payer)).scalars())
