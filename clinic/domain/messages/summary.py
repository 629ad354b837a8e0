"""Several visits told of in one letter: what they were before the first change, against what they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic.domain.messages.telling import News


@dataclass(frozen=True, slots=True)
class Date:
    """When and where a visit is, [starts, ends) in ticks. Empty, `place` says nothing and differs from nothing."""

    starts: int
    ends: int
    tz: str
    place: str = ""

    def same_time(self, other: "Date") -> bool:
        return (self.starts, self.ends, self.tz) == (other.starts, other.ends, other.tz)

    def same_place(self, other: "Date") -> bool:
        return not (self.place and other.place) or self.place == other.place

    def document(self) -> dict[str, Any]:
        """As plain data; `date_from` reads it back."""
        return {"starts": self.starts, "ends": self.ends, "tz": self.tz, "place": self.place}


def date_from(document: Mapping[str, Any] | None) -> Date | None:
    """The date that was kept; None for a visit that the patient did not know of."""
    return None if document is None else Date(**document)


@dataclass(frozen=True, slots=True)
class Told:
    """What a summary says of one visit; `before` where it is moved, changed or cancelled, `now` where it stands."""

    visit: int
    news: News
    before: Date | None
    now: Date | None

    @property
    def date(self) -> Date:
        """When it is, or would have been."""
        shown = self.now or self.before
        assert shown is not None  # noqa: S101 - `differences` makes none without either
        return shown


def differences(before: Mapping[int, Date | None], now: Mapping[int, Date | None], *, tick: int) -> tuple[Told, ...]:
    """What is new of each visit, by date; nothing of one that is as it was, or that is over at `tick`."""
    found = [_told(visit, was, now.get(visit)) for visit, was in before.items()]
    told = [each for each in found if each is not None and each.date.ends > tick]
    return tuple(sorted(told, key=lambda each: (each.date.starts, each.visit)))


def _told(visit: int, before: Date | None, now: Date | None) -> Told | None:
    if now is None:
        return None if before is None else Told(visit, News.CANCELLED, before, None)
    if before is None:
        return Told(visit, News.NEW, None, now)
    if not before.same_time(now):
        return Told(visit, News.MOVED, before, now)
    return None if before.same_place(now) else Told(visit, News.CHANGED, before, now)
