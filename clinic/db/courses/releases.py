"""Phases of a plan that were released, as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from clinic.db.access.accounts import is_actor
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan, plan_phase, plan_session


def held_up() -> ColumnElement[bool]:
    """Whether a phase of `plan` that is given without a decision of its own has no sessions yet, for one before it."""
    placed = exists().where(plan_session.c.phase_id == plan_phase.c.id)
    waits = and_(plan_phase.c.plan_id == plan.c.id, plan_phase.c.release == "always", ~placed.correlate(plan_phase))
    return exists().where(waits).correlate(plan)


def review_in() -> ColumnElement[int | None]:
    """So many days after its first visit the first dated review of `plan` falls that is not marked."""
    review = plan_session.alias("review")
    open_ = and_(review.c.plan_id == plan.c.id, review.c.kind == "review", review.c.reassessed_at.is_(None))
    return select(func.min(review.c.offset_days)).where(open_, review.c.reassess).correlate(plan).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Release:
    """Which phase, why, by whom and when."""

    name: str
    why: str
    who: str
    at: datetime


def of_plan(connection: Connection, plan_id: int) -> tuple[Release, ...]:
    """In the order in which they were released."""
    query = (
        select(
            plan_phase.c.name,
            plan_phase.c.released_why.label("why"),
            func.coalesce(account.c.name, plan_phase.c.released_by).label("who"),
            plan_phase.c.released_at.label("at"),
        )
        .outerjoin(account, is_actor(plan_phase.c.released_by))
        .where(plan_phase.c.plan_id == plan_id, plan_phase.c.released_at.is_not(None))
        .order_by(plan_phase.c.released_at, plan_phase.c.ordinal)
    )
    return tuple(Release(**row) for row in connection.execute(query).mappings())
