"""What a patient is asked about his health by himself, before a visit with needling."""

from datetime import date, datetime
from enum import StrEnum

from clinic.domain.care.screening import Screening
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.visit import EXPECTED, Visit


class Asks(StrEnum):
    """Which questions: all of them, while nobody asked or where others are asked by now; those of the day, once, on the
    visit's; otherwise what has changed."""

    ALL = "all"
    TODAY = "today"
    CHANGES = "changes"


def asks(visit: Visit, standing: Screening | None, questions: int, *, said_on_day: bool, now: datetime) -> Asks | None:
    """What the visit asks of its patient now, `questions` being the version that is asked; None before it is agreed,
    without needling, and from its start on."""
    if visit.status not in EXPECTED or not visit.needles or instant_of(visit.starts) <= now:
        return None
    if standing is None or standing.questions != questions:
        return Asks.ALL
    on_its_day = asked_on(visit) == local_date(now, zone(visit.tz))
    return Asks.TODAY if on_its_day and not said_on_day else Asks.CHANGES


def asked_on(visit: Visit) -> date:
    """The day whose answers count: the visit's own."""
    return local_date(instant_of(visit.starts), zone(visit.tz))
