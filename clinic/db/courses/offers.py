"""Offers as screens and jobs read them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from clinic.db.access.accounts import is_actor
from clinic.db.access.places import within
from clinic.db.courses.worklist import Scope
from clinic.db.tables.access import account
from clinic.db.tables.courses import plan
from clinic.db.tables.plans import plan_offer
from clinic.db.tables.practice import location, staff


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer with who settled it; `who` is the one in the practice."""

    hold_until: datetime
    booked_through: int
    outcome: str
    settled_at: datetime | None
    accepted_by: str
    how: str
    who: str


def of_plan(connection: Connection, plan_id: int) -> OfferRow | None:
    """The plan's offer; None for one that was booked at once."""
    query = (
        select(
            plan_offer.c.hold_until,
            plan_offer.c.booked_through,
            plan_offer.c.outcome,
            plan_offer.c.settled_at,
            plan_offer.c.accepted_by,
            plan_offer.c.how,
            func.coalesce(account.c.name, plan_offer.c.settled_by).label("who"),
        )
        .outerjoin(account, is_actor(plan_offer.c.settled_by))
        .where(plan_offer.c.plan_id == plan_id)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else OfferRow(**row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offer that nobody answered yet."""

    plan: int
    patient: int
    tz: str
    hold_until: datetime


def waiting(connection: Connection, scope: Scope) -> tuple[Waiting, ...]:
    """Every open offer in scope, the first to end first."""
    query = (
        select(plan.c.id, plan.c.patient_id, location.c.tz, plan_offer.c.hold_until)
        .select_from(plan_offer)
        .join(plan, plan.c.id == plan_offer.c.plan_id)
        .join(location, location.c.id == plan.c.location_id)
        .outerjoin(staff, staff.c.id == plan.c.lead_staff_id)
        .where(plan_offer.c.outcome == "open", within(location.c.id, scope.places))
        .order_by(plan_offer.c.hold_until, plan.c.id)
    )
    if scope.therapist:
        query = query.where(staff.c.public_id == scope.therapist)
    if scope.location:
        query = query.where(location.c.public_id == scope.location)
    return tuple(Waiting(*row) for row in connection.execute(query))
