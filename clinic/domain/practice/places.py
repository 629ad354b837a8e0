"""Where a practice treats: locations, their rooms, and the days on which they are closed."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.fields import within
from clinic.domain.limits import LINE, SHORT, formed, line, whole
from clinic.domain.practice.hours import WeeklyHours, check_apart, check_dates
from clinic.domain.time import zone

CAPABILITIES = ("treatment", "gym", "private")
MOST_LANES = 20
DEFAULT_TRAVEL_MINUTES = 30
"""From one location to another where nothing is stated: a configurable default without evidence."""
MOST_TRAVEL_MINUTES = 480
MOST_CLOSED = timedelta(days=730)

_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SUBDIVISION = re.compile(r"[A-Z0-9]{0,10}")
_JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,10})?")


def check_code(code: str, field: str = "code") -> None:
    """Raises Invalid(text_malformed): at most 64 lower-case letters, digits and hyphens."""
    formed(field, code, _CODE, "leeds-room-1")


def check_zone(field: str, name: str) -> None:
    """Raises Invalid(unknown_zone) unless it is an IANA zone."""
    within(field, zone, line(field, name, SHORT, required=True))


@dataclass(frozen=True, slots=True, order=True)
class Closure:
    """Days on which nobody is treated there, both ends included, at most two years."""

    first_on: date
    last_on: date
    name: str

    def __post_init__(self) -> None:
        gather(
            lambda: check_dates("last_on", self.first_on, self.last_on),
            lambda: line("name", self.name, LINE, required=True),
        )
        if self.last_on - self.first_on > MOST_CLOSED:
            raise Invalid("closure_too_long", field="last_on", days=MOST_CLOSED.days)

    def on(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class Room:
    """`code` is its name in files, `lanes` how many patients it takes at once (1 to 20)."""

    code: str
    name: str
    capabilities: frozenset[str] = frozenset({"treatment"})
    lanes: int = 1
    closures: frozenset[Closure] = frozenset()
    active: bool = True

    def __post_init__(self) -> None:
        gather(
            lambda: check_code(self.code),
            lambda: line("name", self.name, LINE, required=True),
            lambda: whole("lanes", self.lanes, 1, MOST_LANES),
            self._check_capabilities,
        )

    def _check_capabilities(self) -> None:
        if not self.capabilities or not self.capabilities <= set(CAPABILITIES):
            raise Invalid("unknown_capability", field="capabilities", allowed=", ".join(CAPABILITIES))


@dataclass(frozen=True, slots=True)
class Location:
    """A site. `country` and `subdivision` name its public holidays, `jurisdiction` whose law says who may needle there
    (ISO 3166, GB or GB-ENG); visits start every `grid_minutes` (5 to 120, a multiple of 5)."""

    code: str
    name: str
    address: str
    tz: str
    phone: str
    emergency_number: str
    country: str
    jurisdiction: str
    subdivision: str = ""
    grid_minutes: int = 15
    hours: tuple[WeeklyHours, ...] = ()
    closures: frozenset[Closure] = frozenset()
    rooms: tuple[Room, ...] = ()

    def __post_init__(self) -> None:
        gather(
            lambda: check_code(self.code),
            lambda: line("name", self.name, LINE, required=True),
            lambda: line("address", self.address, LINE, required=True),
            lambda: check_zone("tz", self.tz),
            lambda: line("phone", self.phone, 40, required=True),
            lambda: line("emergency_number", self.emergency_number, 20, required=True),
            lambda: formed("country", self.country, _COUNTRY, "GB"),
            lambda: formed("subdivision", self.subdivision, _SUBDIVISION, "ENG"),
            lambda: formed("jurisdiction", self.jurisdiction, _JURISDICTION, "GB-ENG"),
            self._check_grid,
            lambda: check_apart("hours", self.hours),
        )

    def _check_grid(self) -> None:
        if whole("grid_minutes", self.grid_minutes, 5, 120) % 5:
            raise Invalid("grid_off_tick", field="grid_minutes", value=self.grid_minutes)


@dataclass(frozen=True, slots=True)
class Travel:
    """The way between two locations, named by their codes: `minutes` (0 to 480), the same in either direction."""

    one: str
    other: str
    minutes: int

    def __post_init__(self) -> None:
        gather(
            lambda: line("from", self.one, SHORT, required=True),
            lambda: line("to", self.other, SHORT, required=True),
            lambda: whole("minutes", self.minutes, 0, MOST_TRAVEL_MINUTES),
        )
        if self.one == self.other:
            raise Invalid("travel_to_itself", field="to")
        one, other = sorted((self.one, self.other))
        object.__setattr__(self, "one", one)
        object.__setattr__(self, "other", other)

    @property
    def code(self) -> str:
        """Its name among the practice's things."""
        return f"{self.one}/{self.other}"
