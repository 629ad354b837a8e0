"""Check-ins: how a patient says he is in the days after needling (CLINICAL, after-visit check-in; claim A10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from clinic.domain.care.events import Event, Grade, Kind
from clinic.domain.care.response import SIGNS, Told
from clinic.domain.errors import Invalid
from clinic.domain.limits import PARAGRAPH, SHORT, text, whole
from clinic.domain.practice.body import Region

HOURS: Final = (24, 48, 72)
"""After the first needling, after a new region or a flare; otherwise at `USUAL` alone."""
USUAL: Final = (48,)
LIVES: Final = timedelta(hours=96)
"""So long after a visit's end it can be told how one is; so long its link lives."""
_SETTLES: Final = timedelta(hours=72)


class Since(StrEnum):
    """Since when it was felt."""

    DURING = "during"
    SAME_DAY = "same-day"
    NEXT_DAY = "next-day"
    LATER = "later"


_ONSET: Final = {Since.DURING: None, Since.SAME_DAY: 0, Since.NEXT_DAY: 24, Since.LATER: 48}
"""Hours after the visit's end; none for its start."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that may be felt: the kind of event that it may be (None for what is no event), the sign in a response
    that it is ("" for none). An `alarm` does not wait for staff; what is `usual` was told as common."""

    name: str
    kind: Kind | None = None
    told: str = ""
    alarm: bool = False
    usual: bool = False

    def __post_init__(self) -> None:
        text("name", self.name, SHORT, required=True)
        if self.told and self.told not in SIGNS:
            raise Invalid("not_one_of", field="told", allowed=", ".join(SIGNS))


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a patient says: scores 0 to 10, the alarms he answered with yes, what he felt, where (the regions; elsewhere
    than treated) and since when, in his words at last. An alarm is taken without scores."""

    pain: int | None = None
    soreness: int | None = None
    alarms: tuple[Sign, ...] = ()
    felt: tuple[Sign, ...] = ()
    regions: tuple[Region, ...] = ()
    elsewhere: bool = False
    since: Since | None = None
    words: str = ""

    def __post_init__(self) -> None:
        for name in ("pain", "soreness"):
            score = getattr(self, name)
            if score is not None:
                whole(name, score, 0, 10)
            elif not self.alarms:
                raise Invalid("checkin_lacks", field=name)
        text("words", self.words, PARAGRAPH)

    @property
    def worries(self) -> bool:
        """Whether staff has to look at it, although nothing of it is an alarm."""
        return any(not each.usual for each in self.felt)

    def told(self, hours: int) -> Told:
        """What it says of the response, so many hours after the visit's start."""
        signs = {each.told for each in self.alarms if each.told}
        return Told(hours, self.pain, self.soreness, tuple(name for name in SIGNS if name in signs), self.words)

    def events(self, starts: datetime, ends: datetime, *, now: datetime) -> tuple[Event, ...]:
        """What the alarms are recorded as, each kind once. The grade is proposed, staff decides: it stops what the
        patient does, until somebody has asked him."""
        kinds = dict.fromkeys(each.kind for each in self.alarms if each.kind is not None)
        return tuple(self.event(kind, starts, ends, now=now) for kind in kinds)

    def event(
        self, kind: Kind, starts: datetime, ends: datetime, *, grade: Grade = Grade.SEVERE, now: datetime
    ) -> Event:
        """As one adverse event; where several regions were named it names none."""
        where = self.regions[0] if len(self.regions) == 1 else None
        return Event(kind, grade, min(self.onset(starts, ends), now), where, note=self.words)

    def onset(self, starts: datetime, ends: datetime) -> datetime:
        """When it began, as far as he said; the visit's end where he did not."""
        after = _ONSET[self.since] if self.since else 0
        return starts if after is None else ends + timedelta(hours=after)

    def document(self) -> dict[str, Any]:
        """As it is kept: names, scores and his words."""
        return {
            "pain": self.pain,
            "soreness": self.soreness,
            "alarms": [each.name for each in self.alarms],
            "felt": [each.name for each in self.felt],
            "regions": [each.value for each in self.regions],
            "elsewhere": self.elsewhere,
            "since": self.since.value if self.since else "",
            "words": self.words,
        }


def checkin_from(document: Mapping[str, Any], signs: Mapping[str, Sign]) -> CheckIn:
    """What was kept; a sign that is no longer asked keeps its name."""

    def named(name: str, *, alarm: bool = False) -> Sign:
        return signs.get(name) or Sign(name, alarm=alarm)

    return CheckIn(
        document["pain"],
        document["soreness"],
        tuple(named(name, alarm=True) for name in document["alarms"]),
        tuple(named(name) for name in document["felt"]),
        tuple(Region(name) for name in document["regions"]),
        document["elsewhere"],
        Since(document["since"]) if document["since"] else None,
        document["words"],
    )


def which(ends: datetime, *, now: datetime) -> int | None:
    """The check-in that an answer belongs to, the nearest; None before the visit's end and once it is over."""
    if not ends <= now < ends + LIVES:
        return None
    return min(HOURS, key=lambda hours: (abs(ends + timedelta(hours=hours) - now), hours))


def settles_at(ends: datetime) -> datetime:
    """Until then soreness is usually gone."""
    return ends + _SETTLES


def asked_at(*, first: bool, anew: bool, flared: bool) -> tuple[int, ...]:
    """After how many hours is asked: the first needling of the patient, a region needled `anew`, a flare."""
    return HOURS if first or anew or flared else USUAL
