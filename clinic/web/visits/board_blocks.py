"""What a board shows under its visits: when nobody works, is away, is busy elsewhere, and what is kept for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from clinic.domain.practice.site import Colleague, Site, SiteRoom
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, at_wall, instant_of

Range = tuple[int, int]
"""Minutes of a day, half open."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """One day at one location, in minutes of that day."""

    site: Site
    on: date
    today: date

    @property
    def hours(self) -> Range | None:
        """From the first opening to the last; None on a day that is closed."""
        opens = [hours for hours in self.site.hours if hours.on(self.on)]
        if not opens or any(closure.on(self.on) for closure in self.site.closures):
            return None
        return min(one.starts_minute for one in opens), max(one.ends_minute for one in opens)

    def _closed(self) -> list[dict[str, Any]]:
        opens = [hours for hours in self.site.hours if hours.on(self.on)]
        begin = min((hours.starts_minute for hours in opens), default=8 * 60)
        end = max((hours.ends_minute for hours in opens), default=18 * 60)
        return [block(begin, end, gettext("Closed"))]

    def outside(self, begin: int, end: int) -> list[dict[str, Any]]:
        """What other days of the same board are open for, before and after this one's hours."""
        opens = [(hours.starts_minute, hours.ends_minute) for hours in self.site.hours if hours.on(self.on)]
        first, last = min(opens, default=(begin, end))[0], max((ends for _, ends in opens), default=end)
        spans = [(begin, first), (last, end)]
        return [block(*span, gettext("Closed")) for span in spans if span[1] - span[0] >= 60]

    def of_room(self, room: SiteRoom) -> list[dict[str, Any]]:
        """When it cannot be used."""
        if self.hours is None:
            return self._closed()
        return [block(*self.hours, gettext("Closed"))] if any(each.on(self.on) for each in room.closures) else []

    def of(self, who: Colleague) -> list[dict[str, Any]]:
        """What is not offered of his day inside the opening hours: breaks, hours off, leave, an own calendar; and what
        is kept for new or urgent patients."""
        if self.hours is None:
            return self._closed()
        begin, end = self.hours
        away = [(*self._minutes(one.starts_at, one.ends_at), one.kind) for one in who.absences]
        leave = [
            block(max(begin, first), min(end, last), _absence(kind))
            for first, last, kind in away
            if max(begin, first) < min(end, last)
        ]
        if leave:
            return leave
        works = self.works(who)
        off = between(works, begin, end)
        busy = between([*off, *between(self._busy(who), begin, end)], begin, end)
        found = [block(first, last, self._off(works, first, last)) for first, last in off]
        found += [block(first, last, gettext("Own calendar")) for first, last in busy]
        return found + [block(first, last, label, "kept") for first, last, label in self._kept(who)]

    def works(self, who: Colleague) -> list[Range]:
        """His hours at the location."""
        return [(hours.starts_minute, hours.ends_minute) for hours in who.hours if hours.on(self.on)]

    def next_worked(self) -> date | None:
        """The first day after this one on which somebody works while it is open, within a year."""
        for days in range(1, 366):
            later = replace(self, on=self.on + timedelta(days=days))
            if later.hours and any(map(later.works, self.site.staff)):
                return later.on
        return None

    def free_minutes(self, who: Colleague) -> int:
        """How long he works there on that day, without leave and what his own calendar says."""
        if self.hours is None:
            return 0
        away = [self._minutes(one.starts_at, one.ends_at) for one in who.absences]
        taken = [*away, *self._busy(who)]
        left = (span for first, last in self.works(who) for span in between(taken, first, last))
        return sum(last - first for first, last in left)

    @staticmethod
    def _off(works: list[Range], first: int, last: int) -> str:
        inside = any(end == first for _, end in works) and any(begin == last for begin, _ in works)
        return str(gettext("Break") if inside else gettext("Not working"))

    def _kept(self, who: Colleague) -> Iterable[tuple[int, int, str]]:
        names = {"new": gettext("Kept for new patients"), "urgent": gettext("Kept for urgent visits")}
        for one in who.reserved:
            if one.weekday == self.on.weekday() and self.on - timedelta(days=one.release_days) > self.today:
                yield one.starts_minute, one.ends_minute, names[one.kind]

    def _busy(self, who: Colleague) -> list[Range]:
        """When an own calendar keeps somebody busy."""
        spans = [self._minutes(instant_of(first), instant_of(last)) for first, last in who.busy]
        return [(first, last) for first, last in spans if first < last]

    def _minutes(self, starts: datetime, ends: datetime) -> Range:
        midnight = at_wall(self.on, 0, self.site.tz)
        first, last = (int((instant - midnight).total_seconds() // 60) for instant in (starts, ends))
        return max(first, 0), min(last, DAY_MINUTES)


def _absence(kind: str) -> str:
    names = {"leave": gettext("Leave"), "sick": gettext("Sick"), "training": gettext("Training")}
    return str(names.get(kind, gettext("Away")))


def block(first: int, last: int, label: str, kind: str = "off") -> dict[str, Any]:
    """One of them as the template draws it."""
    ticks = -(-(last - first) // TICK_MINUTES)
    return {"hour": first // 60, "minute": first % 60, "ticks": ticks, "label": label, "kind": kind}


def between(spans: Iterable[Range], begin: int, end: int) -> list[Range]:
    """What the spans leave of [begin, end)."""
    left, at = [], begin
    for first, last in sorted(spans):
        if at < min(first, end):
            left.append((at, min(first, end)))
        at = max(at, last)
    return [*left, (at, end)] if at < end else left
