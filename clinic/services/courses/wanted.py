"""A course as somebody asks for it, before anything is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from clinic.db.patients.calendars import PatientTimes
from clinic.domain.courses.intake import NOTHING, Intake
from clinic.domain.courses.plan import START_WITHIN_DAYS, NewPlan
from clinic.domain.courses.protocol import Protocol
from clinic.domain.errors import Invalid
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Side, Target
from clinic.domain.practice.site import Site
from clinic.engine.course import Change
from clinic.engine.request import Pin

GIVEN_UP = frozenset(
    {"widen_gap", "start_later", "end_later", "unpin", "other_therapist", "any_time", "release_reserved", "more_a_week"}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Patient and location by public id. No `targets` are the protocol's usual regions on both sides, `wishes` None the
    patient's own. `pins` are by session ordinal; `given_up` are the engine's relaxations, in the order in which they
    were accepted; `alternate`: the sides of what is needled take turns."""

    patient: str
    location: str
    protocol: Protocol
    earliest_on: date
    targets: tuple[Target, ...] = ()
    wishes: Preferences | None = None
    start_within_days: int = START_WITHIN_DAYS
    latest_on: date | None = None
    authorised_visits: int | None = None
    authorised_until: date | None = None
    goals: str = ""
    pins: Mapping[int, Pin] = field(default_factory=dict)
    given_up: tuple[Change, ...] = ()
    alternate: bool = False
    intake: Intake = NOTHING

    def __post_init__(self) -> None:
        if any(change.code not in GIVEN_UP for change in self.given_up):
            raise Invalid("unknown_relaxation", field="relax")

    def pinned(self, pins: Mapping[int, Pin]) -> "Wanted":
        """The same course with other pins."""
        return replace(self, pins=pins)

    def plan(self, site: Site, times: PatientTimes) -> NewPlan:
        """The plan it makes for that patient at that location."""
        wishes = self.wishes_of(site, times)
        lead = None if wishes.therapist is None else site.colleague(wishes.therapist)
        if wishes.therapist is not None and lead is None:
            raise Invalid("therapist_not_here", field="therapist", location=site.name)
        return NewPlan(
            times.id,
            site.id,
            self.protocol,
            self.earliest_on,
            self.start_within_days,
            self.latest_on,
            None if lead is None else lead.id,
            self.targets or tuple(Target(region, Side.BOTH) for region in self.protocol.regions),
            wishes.document(),
            self.goals,
            self.authorised_visits,
            self.authorised_until,
            self.alternate,
            self.intake,
        )

    def wishes_of(self, site: Site, times: PatientTimes) -> Preferences:
        """What counts as wished: what is said for this course, else the patient's own. A therapist whom he only
        prefers, and who works elsewhere, does not."""
        own = times.preferences
        elsewhere = own.therapist is not None and site.colleague(own.therapist) is None
        own = replace(own, therapist=None) if elsewhere and not own.therapist_required else own
        return own if self.wishes is None else self.wishes.over(own)
