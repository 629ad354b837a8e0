"""One visit as a calendar shows it."""

import re
from copy import copy
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from clinic.domain import limits
from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line, lines
from clinic.domain.time import Span, zone

DESCRIPTION_LIMIT = 8_000
_UID = re.compile(r"[!-~]{1,255}")
_URL = re.compile(r"https?://[a-z0-9\[][!-~]*", re.IGNORECASE)


class Status(StrEnum):
    """RFC 5545 §3.8.1.11, as far as a visit goes."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """Instants are kept in UTC to the second; `tz` is the zone they are shown in. Texts lose their control characters,
    title and location their line breaks. What a reader may know is decided before: nothing is hidden here."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    tz: str
    summary: str
    status: Status
    created_at: datetime
    revised_at: datetime
    description: str = ""
    location: str = ""
    url: str = ""
    transparent: bool = False
    private: bool = True
    alarm_lead: timedelta | None = None
    related_to: str | None = None

    def __post_init__(self) -> None:
        for name in ("starts", "ends", "created_at", "revised_at"):
            object.__setattr__(self, name, _second(getattr(self, name), name))
        for name, clean in (("summary", line), ("location", line), ("description", lines)):
            object.__setattr__(self, name, clean(getattr(self, name)))
        Span(self.starts, self.ends)
        zone(self.tz)
        limits.text("summary", self.summary, limits.PARAGRAPH, required=True)
        limits.text("location", self.location, limits.PARAGRAPH)
        limits.text("description", self.description, DESCRIPTION_LIMIT)
        limits.whole("sequence", self.sequence, 0, 2**31 - 1)
        limits.formed("uid", self.uid, _UID, "4f1c@clinic.example")
        if self.related_to is not None:
            limits.formed("related_to", self.related_to, _UID, "4f1c@clinic.example")
        if self.url:
            limits.formed("url", self.url, _URL, "https://clinic.example/v/4f1c")
        if self.alarm_lead is not None and self.alarm_lead < timedelta(0):
            raise Invalid("alarm_after_start", field="alarm_lead")

    def revised(self, at: datetime) -> "Event":
        """The same entry, changed last at that second of UTC; nothing is judged again."""
        dated = copy(self)
        object.__setattr__(dated, "revised_at", at)
        return dated

    def told(self) -> str:
        """All that a reader is told, in one text, whenever it changed."""
        return repr([getattr(self, name) for name in _TOLD])

    @property
    def cancelled(self) -> bool:
        """Whether it no longer takes place."""
        return self.status is Status.CANCELLED


_TOLD = tuple(each.name for each in fields(Event) if each.name != "revised_at")


def _second(instant: datetime, field: str) -> datetime:
    if instant.tzinfo is None:
        raise Invalid("naive_instant", field=field)
    return instant.astimezone(UTC).replace(microsecond=0)
