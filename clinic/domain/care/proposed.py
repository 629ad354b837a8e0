"""A visit as it would be booked or begun, and what the safety rules need to know about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.domain.care.consents import Consent
from clinic.domain.care.screening import Answers, DayAnswers, Screening
from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.errors import Invalid
from clinic.domain.limits import whole
from clinic.domain.practice.body import Region, Target
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.modality import Modality

LEAST_HOURS = 24


@dataclass(frozen=True, slots=True)
class ProposedVisit:
    """A visit as it would be booked. `floor_hours` is what its protocol allows between two needlings of one region.

    `targets` are empty while nobody has said where; `pencilled` visits do not count towards the cap.
    """

    starts: datetime
    tz: ZoneInfo
    modalities: tuple[Modality, ...]
    targets: tuple[Target, ...]
    therapist: str
    jurisdiction: str
    floor_hours: int = DEFAULT_FLOOR_HOURS
    pencilled: bool = False

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None:
            raise Invalid("naive_instant", field="starts")
        whole("floor_hours", self.floor_hours, LEAST_HOURS, 336)

    @property
    def needling(self) -> tuple[Modality, ...]:
        """The modalities that need a needle, each once; empty for a visit without."""
        return tuple(modality for modality in dict.fromkeys(self.modalities) if modality.needles)

    @property
    def current(self) -> bool:
        """Whether a current runs through the needles."""
        return Modality.ELECTRICAL_NEEDLING in self.modalities

    @property
    def on(self) -> date:
        """The local date."""
        return self.starts.astimezone(self.tz).date()

    def meets(self, regions: Iterable[Region]) -> bool:
        """Whether one of the regions is needled; targets that nobody has named are taken to meet any."""
        given = frozenset(regions)
        return bool(given) and (not self.targets or any(target.region in given for target in self.targets))


@dataclass(frozen=True, slots=True)
class Needling:
    """Another needling of the patient, of whatever plan or told from elsewhere: `at` its start, or its local date
    where the hour is unknown."""

    targets: tuple[Target, ...]
    at: datetime | date

    def __post_init__(self) -> None:
        if isinstance(self.at, datetime) and self.at.tzinfo is None:
            raise Invalid("naive_instant", field="at")

    def apart(self, starts: datetime, tz: ZoneInfo) -> timedelta:
        """The least wall time between the two starts: an unknown hour is taken to be the nearest of its day."""
        moment = starts.astimezone(tz).replace(tzinfo=None)
        if isinstance(self.at, datetime):
            return abs(moment - self.at.astimezone(tz).replace(tzinfo=None))
        first = datetime.combine(self.at, time())
        return max(first - moment, moment - first - timedelta(days=1), timedelta())


@dataclass(frozen=True, slots=True)
class Flares:
    """Flares after the latest needlings of the region, `in_a_row`; the last of them so many calendar `days` before,
    with the least that it asks for, None where no gap was planned. `basis` is the visit of the last one."""

    in_a_row: int
    days: int
    least: int | None
    basis: int

    @property
    def too_near(self) -> bool:
        """Whether the gap has not grown as a flare asks for."""
        return self.least is not None and self.days < self.least


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules need to know about the therapist and the patient.

    `needled` counts the course's needling sessions since its last review, done or booked, this one left out; `cap` is
    how many there may be, None without a course. `needlings` are all others of the patient, before and after.
    `supervised` is whether somebody with full authority is at work there for as long as the needling therapist treats.
    `gap_days` are those since the course's visit before, `gap_max` how many were planned; None for the first one.
    `rest_days` are those to the course's nearest visit, before or after, whose exercises load the same muscles.
    `screening` are the answers that stand, `today` those given on the visit's day; None while nobody asked.
    `assistant` is whether the therapist is one, `delegated` whether the law there lets one needle; `contained` are the
    modalities in the plan of care, None without one. `red_flag` is whether a report of one is open. `stalled` is the
    reassessment, by its session's number, that found no change that matters, `overdue` the one that nobody has marked.
    `loaded_hours` lie between this visit and strength exercise of a needled muscle.
    """

    credentials: tuple[Credential, ...] = ()
    needlings: tuple[Needling, ...] = ()
    needled: int = 0
    cap: int | None = None
    reviewed: bool = False
    deceased: bool = False
    restricted: bool = False
    supervised: bool = False
    gap_days: int | None = None
    gap_max: int | None = None
    rest_days: int | None = None
    screening: Screening | None = None
    today: DayAnswers | None = None
    consents: tuple[Consent, ...] = ()
    born_on: date | None = None
    assistant: bool = False
    delegated: bool = False
    contained: frozenset[Modality] | None = None
    red_flag: bool = False
    flares: Flares | None = None
    stalled: int | None = None
    overdue: int | None = None
    loaded_hours: int | None = None

    @property
    def answers(self) -> Answers:
        return Answers() if self.screening is None else self.screening.answers
