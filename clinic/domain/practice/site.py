"""A location as the placer sees it: its hours, rooms and people, with the lanes in which their time is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours
from clinic.domain.practice.people import Absence, ReservedStart
from clinic.domain.practice.places import Closure
from clinic.domain.time import zone


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works there: hours at this location, absences everywhere, `busy` ticks told by an outside calendar.

    `lanes` are resource keys: a therapist with several patients at once has several.
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
    kept while nothing changes: two are the same only where they are one."""

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

    @property
    def tz(self) -> ZoneInfo:
        """Its zone."""
        return zone(self.tz_name)

    def colleague(self, public_id: str) -> Colleague | None:
        """Whoever has that public id, when he works there."""
        return next((each for each in self.staff if each.public_id == public_id), None)

    def room(self, public_id: str) -> SiteRoom | None:
        """The room with that public id, when it is there."""
        return next((each for each in self.rooms if each.public_id == public_id), None)
