"""A plan: a course of treatment as it is agreed for one patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clinic.domain.courses.intake import NOTHING, Intake
from clinic.domain.courses.outline import PlannedSession, Review, reviews, sessions
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.sequence import alternated
from clinic.domain.errors import Invalid
from clinic.domain.limits import PARAGRAPH, text, whole
from clinic.domain.practice.body import Target

START_WITHIN_DAYS = 21


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be opened: the protocol as copied and edited, where, from when, with whom, on whose authority.

    Days are counted at the location; `authorised_visits` and `authorised_until` are a payer's, None where nobody asks.
    `alternate`: the sides of what is needled take turns. `goals` are in the patient's own words.
    """

    patient_id: int
    location_id: int
    protocol: Protocol
    earliest_on: date
    start_within_days: int = START_WITHIN_DAYS
    latest_on: date | None = None
    lead_staff_id: int | None = None
    targets: tuple[Target, ...] = ()
    preferences: Mapping[str, object] = field(default_factory=dict)
    goals: str = ""
    authorised_visits: int | None = None
    authorised_until: date | None = None
    alternate: bool = False
    intake: Intake = NOTHING

    def __post_init__(self) -> None:
        whole("start_within_days", self.start_within_days, 0, 365)
        text("goals", self.goals, PARAGRAPH)
        if self.latest_on is not None and self.latest_on < self.earliest_on:
            raise Invalid("latest_before_earliest", field="latest_on")
        if self.authorised_visits is not None:
            whole("authorised_visits", self.authorised_visits, 1, 200)

    @property
    def sessions(self) -> tuple[PlannedSession, ...]:
        """The sessions that are placed now, in order."""
        return sessions(self.protocol)

    @property
    def targets_by_session(self) -> tuple[tuple[Target, ...], ...]:
        """What each session treats: everything, or the side whose turn it is."""
        count = len(self.sessions)
        return alternated(self.targets, count) if self.alternate else (self.targets,) * count

    @property
    def reviews(self) -> tuple[Review, ...]:
        """The dated reviews, which end what is booked and are visits of their own."""
        return reviews(self.protocol)

    @property
    def last_day(self) -> date | None:
        """The last day that a session may have: the wish, or the end of the authorisation."""
        ends = [day for day in (self.latest_on, self.authorised_until) if day is not None]
        return min(ends, default=None)
