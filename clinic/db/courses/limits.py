"""What a plan was agreed to keep to."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from clinic.db.tables.courses import plan


@dataclass(frozen=True, slots=True)
class Limits:
    """When it may begin and must end, and what a payer authorised; None where nobody set it."""

    earliest_on: date
    start_within_days: int
    latest_on: date | None
    authorised_visits: int | None
    authorised_until: date | None

    @property
    def start_by(self) -> date:
        """The last day that the first session may have."""
        return self.earliest_on + timedelta(days=self.start_within_days)

    @property
    def last_day(self) -> date | None:
        """The last day that a session may have."""
        return min((day for day in (self.latest_on, self.authorised_until) if day is not None), default=None)


def limits(connection: Connection, plan_id: int) -> Limits:
    """Of the plan with that key."""
    query = select(
        plan.c.earliest_on,
        plan.c.start_within_days,
        plan.c.latest_on,
        plan.c.authorised_visits,
        plan.c.authorised_until,
    )
    return Limits(*connection.execute(query.where(plan.c.id == plan_id)).one())
