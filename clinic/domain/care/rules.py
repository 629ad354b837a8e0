"""The safety gate: one function that says which rules speak against a visit.

The placer and the previews ask it, `apply` enforces its answer. The rules' numbers, sources and confidence are the
shipped rule list's; hours between needlings are hours of local wall time, from start to start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.domain.care.findings import Finding, finding
from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.courses.sequence import REST_DAYS
from clinic.domain.errors import Invalid
from clinic.domain.limits import whole
from clinic.domain.practice.body import Target, share_a_region
from clinic.domain.practice.credentials import Authorised, Credential, authorises
from clinic.domain.practice.modality import Modality

LEAST_HOURS = 24
RECHECK_DAYS = 21
"""So many days beyond the longest gap that was planned: a configurable default without evidence."""


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
class Facts:
    """What the rules need to know about the therapist and the patient.

    `needled` counts the course's needling sessions since its last review, done or booked, this one left out; `cap` is
    how many there may be, None without a course. `needlings` are all others of the patient, before and after.
    `supervised` is whether somebody with full authority is at work there for as long as the needling therapist treats.
    `gap_days` are those since the course's visit before, `gap_max` how many were planned; None for the first one.
    `rest_days` are those to the course's nearest visit, before or after, whose exercises load the same muscles.
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


def judge_patient(facts: Facts) -> tuple[Finding, ...]:
    """Whether anything may be planned for this patient at all."""
    found = []
    if facts.deceased:
        found.append(finding(0, "patient_deceased"))
    if facts.restricted:
        found.append(finding(0, "patient_restricted"))
    return tuple(found)


def judge(visit: ProposedVisit, facts: Facts) -> tuple[Finding, ...]:
    """Every rule that speaks, in the order of their numbers; none for a visit that may simply be booked."""
    found = list(judge_patient(facts))
    if visit.needling:
        found += _authority(visit, facts)
        found += _spacing(visit, facts)
        found += _cap(visit, facts)
    found += _recheck(facts)
    found += _rest(facts)
    return tuple(sorted(found, key=lambda each: each.rule))


def _authority(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 4 and 6: the therapist's authority at the site, on its date, for the regions."""
    on = visit.starts.astimezone(visit.tz).date()
    regions = tuple(dict.fromkeys(target.region for target in visit.targets))
    for modality in visit.needling:
        answer = authorises(
            facts.credentials, modality.skill, visit.jurisdiction, regions, on, supervised=facts.supervised
        )
        if not isinstance(answer, Authorised):
            rule = 6 if answer.code == "credential_provisional" else 4
            yield finding(rule, answer.code, **answer.params)


def _spacing(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rules 26 and 27: the nearest other needling of the same region."""
    near = [other for other in facts.needlings if share_a_region(visit.targets, other.targets)]
    apart = min((other.apart(visit.starts, visit.tz) for other in near), default=None)
    if apart is None or apart >= timedelta(hours=visit.floor_hours):
        return
    hours = apart // timedelta(hours=1)
    if apart < timedelta(hours=LEAST_HOURS):
        yield finding(26, "needled_within_a_day", hours=hours, least=LEAST_HOURS)
    else:
        yield finding(27, "needled_recently", hours=hours, least=visit.floor_hours)


def _cap(visit: ProposedVisit, facts: Facts) -> Iterator[Finding]:
    """Rule 31: no further needling session beyond the cap before a review."""
    if not visit.pencilled and not facts.reviewed and facts.cap is not None and facts.needled >= facts.cap:
        yield finding(31, "cap_reached", cap=facts.cap)


def _recheck(facts: Facts) -> Iterator[Finding]:
    """Rule 40: after a break that is much longer than planned, the course is looked at before it goes on."""
    if facts.gap_days is not None and facts.gap_max is not None and facts.gap_days > facts.gap_max + RECHECK_DAYS:
        yield finding(40, "recheck_first", days=facts.gap_days, most=facts.gap_max)


def _rest(facts: Facts) -> Iterator[Finding]:
    """Rule 41: between two strength exercises of one muscle group lies a day at least."""
    if facts.rest_days is not None and facts.rest_days < REST_DAYS:
        yield finding(41, "muscles_loaded_near", days=facts.rest_days, least=REST_DAYS)
