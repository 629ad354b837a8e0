"""What was told before a plan, and what is done at home beside it, as screens read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from clinic.db.access.accounts import is_actor
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan
from clinic.db.tables.plans import plan_exercise, plan_expectation, plan_intake
from clinic.domain.courses.home import Exercise
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


def exercises(connection: Connection, plan_id: int) -> tuple[Exercise, ...]:
    """The home programme, in order."""
    names = ("name", "sets", "repetitions", "days_a_week", "tendon", "note")
    query = select(*(plan_exercise.c[name] for name in names)).where(plan_exercise.c.plan_id == plan_id)
    rows = connection.execute(query.order_by(plan_exercise.c.ordinal)).mappings()
    return tuple(Exercise(**row) for row in rows)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What somebody acknowledged, when, and who of the practice told it."""

    said: str
    text_version: int
    acknowledged_by: str
    who: str
    at: datetime


def expectations(connection: Connection, plan_id: int) -> tuple[Expectation, ...]:
    """Everything that was acknowledged, the latest first."""
    query = (
        select(
            plan_expectation.c.said,
            plan_expectation.c.text_version,
            plan_expectation.c.acknowledged_by,
            func.coalesce(account.c.name, plan_expectation.c.actor).label("who"),
            plan_expectation.c.at,
        )
        .outerjoin(account, is_actor(plan_expectation.c.actor))
        .where(plan_expectation.c.plan_id == plan_id)
        .order_by(plan_expectation.c.id.desc())
    )
    return tuple(Expectation(**row) for row in connection.execute(query).mappings())
