"""What can be said of a visit, and when."""

from datetime import datetime

from clinic.domain.errors import Invalid
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.visit import Status, Visit


def not_ahead(visit: Visit, status: Status, *, now: datetime) -> None:
    """What becomes of a visit is known on its day at the earliest; that nobody came, once it has begun. Raises
    Invalid(visit_ahead)."""
    tz, begins = zone(visit.tz), instant_of(visit.starts)
    if local_date(begins, tz) > local_date(now, tz) or (status is Status.NO_SHOW and begins > now):
        raise Invalid("visit_ahead", field="status", on=local_date(begins, tz))
