"""A location as the placer sees it: its hours, rooms and people, with the lanes in which their time is held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.people import Absence, ReservedStart
from clinic.domain.practice.places import Closure
from clinic.domain.time import zone


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works there: hours at this location, absences everywhere, `busy` ticks told by an outside calendar.

    `lanes` are resource keys: a therapist with several patients at once has several. `elsewhere`: he has hours at
    another location too.
    """

    id: int
    public_id: str
    name: str
    gender: str
    kind: str
    lanes: tuple[int, ...]
    credentials: tuple[Credential, ...]
    hours: tuple[WeeklyHours, ...]
    absences: tuple[Absence, ...] = ()
    busy: tuple[tuple[int, int], ...] = ()
    reserved: tuple[ReservedStart, ...] = ()
    supervises: bool = False
    patient_limits: Mapping[Modality, int] = field(default_factory=dict)
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class SiteRoom:
    """A room there; a lane for each patient it takes at once."""

    id: int
    public_id: str
    name: str
    capabilities: frozenset[str]
    lanes: tuple[int, ...]
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A location with everything that visits there can take; people and rooms in the practice's own order. Large, and
    kept while nothing changes: two are the same only where they are one. So many visits a day and a week are planned
    for one patient; `travel` is in minutes, to every other location by its key."""

    id: int
    public_id: str
    code: str
    name: str
    tz_name: str
    grid_minutes: int
    jurisdiction: str
    notice_minutes: int
    horizon_days: int
    weights: Mapping[str, int]
    hours: tuple[WeeklyHours, ...]
    closures: tuple[Closure, ...]
    rooms: tuple[SiteRoom, ...]
    staff: tuple[Colleague, ...]
    most_visits_a_day: int = 1
    most_visits_a_week: int = 5
    travel: Mapping[int, int] = field(default_factory=dict)

    @property
    def tz(self) -> ZoneInfo:
        """Its zone."""
        return zone(self.tz_name)

    @property
    def roaming(self) -> tuple[int, ...]:
        """The lanes of those who work elsewhere too: there and back takes its time."""
        return tuple(lane for each in self.staff if each.elsewhere for lane in each.lanes)

    def colleague(self, public_id: str) -> Colleague | None:
        """Whoever has that public id, when he works there."""
        return next((each for each in self.staff if each.public_id == public_id), None)

    def room(self, public_id: str | None) -> SiteRoom | None:
        """The room with that public id, when it is there."""
        return next((each for each in self.rooms if each.public_id == public_id), None)
