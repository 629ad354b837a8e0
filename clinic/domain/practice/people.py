"""Who treats: therapists and assistants, where and when they work, when they are away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

from clinic.domain.errors import Invalid
from clinic.domain.faults import gather
from clinic.domain.limits import LINE, line, one_of, whole
from clinic.domain.practice.credentials import Credential
from clinic.domain.practice.hours import WeeklyHours, check_apart, check_minutes
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.places import MOST_LANES, check_code
from clinic.domain.time import Span

KINDS = ("therapist", "assistant")
GENDERS = ("female", "male", "other", "unknown")
ABSENCES = ("leave", "sick", "training", "other")
RESERVED_FOR = ("new", "urgent")
MOST_LANGUAGES = 20
MOST_AWAY = timedelta(days=1100)


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """A stretch away from every location, in UTC, at most three years."""

    starts_at: datetime
    ends_at: datetime
    kind: str = "leave"

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ABSENCES)
        try:
            span = Span(self.starts_at, self.ends_at)
        except Invalid as fault:
            raise Invalid(fault.code, field="ends_at") from fault
        object.__setattr__(self, "starts_at", span.start.astimezone(UTC))
        object.__setattr__(self, "ends_at", span.end.astimezone(UTC))
        if self.ends_at - self.starts_at > MOST_AWAY:
            raise Invalid("absence_too_long", field="ends_at", days=MOST_AWAY.days)

    def meets(self, span: Span) -> bool:
        """Whether somebody is away in a part of the span."""
        return Span(self.starts_at, self.ends_at).overlaps(span)


@dataclass(frozen=True, slots=True)
class Shift:
    """Weekly working hours at the location with that code."""

    location: str
    hours: WeeklyHours


@dataclass(frozen=True, slots=True)
class ReservedStart:
    """Starts kept for new patients or urgent ones, weekly, until so many days before."""

    location: str
    weekday: int
    starts_minute: int
    ends_minute: int
    kind: str = "new"
    release_days: int = 2

    def __post_init__(self) -> None:
        gather(
            lambda: whole("weekday", self.weekday, 0, 6),
            lambda: check_minutes(self.starts_minute, self.ends_minute),
            lambda: one_of("kind", self.kind, RESERVED_FOR),
            lambda: whole("release_days", self.release_days, 0, 60),
        )


@dataclass(frozen=True, slots=True)
class Staff:
    """A therapist or an assistant. `patient_limits`: how many patients at once in components of a modality; 1 where
    it says nothing, and always 1 where a needle is used. Breaks are the gaps between two shifts of a day. One who
    `supervises` may watch over colleagues whose credentials are provisional."""

    code: str
    name: str
    initials: str
    kind: str = "therapist"
    gender: str = "unknown"
    languages: tuple[str, ...] = ()
    patient_limits: Mapping[Modality, int] = field(default_factory=dict)
    credentials: tuple[Credential, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: frozenset[Absence] = frozenset()
    reserved: tuple[ReservedStart, ...] = ()
    active: bool = True
    supervises: bool = False

    def __post_init__(self) -> None:
        gather(
            lambda: check_code(self.code),
            lambda: line("name", self.name, LINE, required=True),
            lambda: line("initials", self.initials, 8, required=True),
            lambda: one_of("kind", self.kind, KINDS),
            lambda: one_of("gender", self.gender, GENDERS),
            self._check_languages,
            self._check_limits,
            self._check_credentials,
            lambda: check_apart("hours", [shift.hours for shift in self.shifts]),
            lambda: check_absences(sorted(self.absences)),
        )

    @property
    def lanes(self) -> int:
        """How many patients at once, at most."""
        return max(self.patient_limits.values(), default=1)

    def _check_languages(self) -> None:
        whole("languages", len(self.languages), 0, MOST_LANGUAGES)
        for language in self.languages:
            line("languages", language, 16, required=True)

    def _check_limits(self) -> None:
        for modality, patients in self.patient_limits.items():
            whole(f"patient_limits.{modality}", patients, 1, 1 if modality.needles else MOST_LANES)

    def _check_credentials(self) -> None:
        keys = [(each.kind, each.jurisdiction, each.number) for each in self.credentials]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise Invalid("credential_twice", field=f"credentials.{at}", kind=key[0], number=key[2])


def patients_at_once(limits: Mapping[Modality, int], modalities: Iterable[Modality]) -> int:
    """How many patients somebody with these limits may treat at once while giving these modalities, at least one."""
    return min((1 if modality.needles else limits.get(modality, 1) for modality in modalities), default=1)


def check_absences(absences: Sequence[Absence], field: str = "absences", tz: tzinfo = UTC) -> None:
    """Raises Invalid(absences_overlap) for two, in order of their start, that share an instant, with the days of both
    in that zone; touching is fine."""
    for earlier, later in pairwise(absences):
        if later.starts_at < earlier.ends_at:
            (starts, ends), (other_starts, other_ends) = _days(later, tz), _days(earlier, tz)
            raise Invalid(
                "absences_overlap",
                field=field,
                starts=starts,
                ends=ends,
                other_starts=other_starts,
                other_ends=other_ends,
            )


def _days(absence: Absence, tz: tzinfo) -> tuple[date, date]:
    """The first and the last day that have some of it."""
    last = absence.ends_at - timedelta(microseconds=1)
    return absence.starts_at.astimezone(tz).date(), last.astimezone(tz).date()
