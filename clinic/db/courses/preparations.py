"""What was told before a plan, and what is done at home beside it, as screens read it."""

from sqlalchemy import Connection, select

from clinic.db.tables.courses import plan
from clinic.db.tables.plans import plan_intake
from clinic.domain.courses.intake import NOTHING, Factor, Intake


def goals(connection: Connection, plan_id: int) -> str:
    """The patient's goals, in his words."""
    return str(connection.execute(select(plan.c.goals).where(plan.c.id == plan_id)).scalar_one())


def intake(connection: Connection, plan_id: int) -> Intake:
    """What was told; nothing where nobody asked."""
    query = select(plan_intake).where(plan_intake.c.plan_id == plan_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return NOTHING
    factors = tuple(Factor(each) for each in row["factors"])
    return Intake(row["complaint"], row["severity"], row["duration"], row["health"], factors)
