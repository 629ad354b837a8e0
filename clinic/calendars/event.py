"""One visit as a calendar shows it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line, lines
from clinic.domain.time import Span, zone

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
        if not self.summary:
            raise Invalid("title_missing", field="summary")
        if not all(_UID.fullmatch(uid) for uid in (self.uid, self.related_to) if uid is not None):
            raise Invalid("uid_malformed", field="uid")
        if self.sequence < 0:
            raise Invalid("sequence_negative", field="sequence", sequence=self.sequence)
        if self.url and not _URL.fullmatch(self.url):
            raise Invalid("url_not_web", field="url")
        if self.alarm_lead is not None and self.alarm_lead < timedelta(0):
            raise Invalid("alarm_after_start", field="alarm_lead")

    @property
    def cancelled(self) -> bool:
        """Whether it no longer takes place."""
        return self.status is Status.CANCELLED


def _second(instant: datetime, field: str) -> datetime:
    if instant.tzinfo is None:
        raise Invalid("naive_instant", field=field)
    return instant.astimezone(UTC).replace(microsecond=0)
