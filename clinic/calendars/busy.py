"""Busy time out of a therapist's own calendar: when, and nothing else of it.

`read` is meant for the sandbox. An entry that cannot be understood is counted, so that it can be told; one that is
free (cancelled, transparent) or was ours in the first place blocks nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, vPeriod, vRecur
from icalendar.error import BrokenCalendarProperty

from clinic.calendars.lean import lean
from clinic.calendars.recurring import MOST, Busy, Entry, Lasting, Moment, busy
from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line
from clinic.domain.time import zone

MOST_ZONES: Final = 3
LONGEST_ZONE: Final = 40
UNREADABLE: Final = (BrokenCalendarProperty, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What an entry comes to that lacks something, has it twice, or has it in a way that nobody understands."""
DAY: Final = timedelta(days=1)


def read(data: bytes, options: Mapping[str, str]) -> dict[str, Any]:
    """`{"busy": [[start, end, tentative, hash of the UID], …], "entries", "skipped", "zones"}`, instants in ISO form.

    Options: `tz` for times without a zone, `first` and `last` instant, `host` that ends our own UIDs. Raises what
    `lean` and `recurring.busy` raise, Invalid(busy_unreadable) when nothing of it can be understood.
    """
    tz, host = zone(options["tz"]), f"@{options['host']}"
    first, last = datetime.fromisoformat(options["first"]), datetime.fromisoformat(options["last"])
    told = _Told(tz)
    try:
        calendars = Calendar.from_ical(lean(data), multiple=True)
    except UNREADABLE as error:
        raise Invalid("busy_unreadable") from error
    found: set[tuple[str, str, bool, str]] = set()
    for uid, entries in told.by_uid(calendars).items():
        if uid.endswith(host):
            continue
        try:
            found |= {_row(one, uid) for one in busy(entries, first, last)}
        except UNREADABLE:
            told.skipped += len(entries)
        _limit(found)
    found |= {_row(one, "") for one in told.stated(calendars) if max(one.starts_at, first) < min(one.ends_at, last)}
    _limit(found)
    if told.skipped and told.skipped == told.entries:
        raise Invalid("busy_unreadable")
    zones = sorted(told.zones)[:MOST_ZONES]
    return {"busy": sorted(found), "entries": told.entries, "skipped": told.skipped, "zones": zones}


def _limit(found: Collection[object]) -> None:
    if len(found) > MOST:
        raise Invalid("busy_too_many", most=MOST)


def _row(one: Busy, uid: str) -> tuple[str, str, bool, str]:
    digest = hashlib.sha256(uid.encode()).hexdigest()
    return one.starts_at.isoformat(), one.ends_at.isoformat(), one.tentative, digest


class _Told:
    """What was read so far, and with what trouble."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz, self.entries, self.skipped, self.zones = tz, 0, 0, set[str]()

    def by_uid(self, calendars: Sequence[Component]) -> dict[str, list[Entry]]:
        """The entries that can be understood, an entry without a UID by itself."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for number, event in enumerate(one for each in calendars for one in each.walk("VEVENT")):
            self.entries += 1
            try:
                uid = str(event.get("UID", "")) or f"entry {number}"
                found[uid].append(self._entry(event, uid))
            except UNREADABLE:
                self.skipped += 1
        return found

    def stated(self, calendars: Sequence[Component]) -> Iterator[Busy]:
        """Busy time that is published as such, without entries (RFC 5545 §3.6.4)."""
        for part in (one for each in calendars for one in each.walk("VFREEBUSY")):
            self.entries += 1
            try:
                yield from self._periods(_listed(part.get("FREEBUSY")))
            except UNREADABLE:
                self.skipped += 1

    def _periods(self, periods: list[vPeriod]) -> list[Busy]:
        found = []
        for each in periods:
            kind = str(each.params.get("FBTYPE", "BUSY")).upper()
            starts_at, ends_at = self._moment(each.start).instant, self._moment(each.end).instant
            if kind != "FREE":
                found.append(Busy(starts_at, ends_at, kind == "BUSY-TENTATIVE"))
        return found

    def _entry(self, event: Any, uid: str) -> Entry:
        start = self._of(event["DTSTART"])
        state = str(event.get("STATUS", "")).upper()
        shown = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
        passing = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        instead = event.get("RECURRENCE-ID")
        lasting = self._lasting(event, start)
        return Entry(
            uid,
            start,
            lasting,
            tentative="TENTATIVE" in (state, shown),
            free=state == "CANCELLED" or shown == "FREE" or passing,
            instead=None if instead is None else self._of(instead).instant,
            onward=instead is not None and str(instead.params.get("RANGE", "")).upper() == "THISANDFUTURE",
            sequence=int(event.get("SEQUENCE", 0)),
            rules=tuple(self._rule(rule, start) for rule in _listed(event.get("RRULE"))),
            further=tuple(self._further(event, lasting)),
            left_out=self._left_out(event, start),
        )

    def _of(self, value: Any) -> Moment:
        """The moment of a property; one whose zone nobody knows is in the therapist's, and that is noted."""
        named = str(value.params.get("TZID", ""))
        if named and isinstance(value.dt, datetime) and value.dt.tzinfo is None:
            self.zones.add(line(named)[:LONGEST_ZONE])
        return self._moment(value.dt)

    def _moment(self, value: Any) -> Moment:
        if isinstance(value, datetime):
            return Moment(value.replace(tzinfo=None), value.tzinfo or self.tz)
        if isinstance(value, date):
            return Moment(datetime.combine(value, time()), self.tz, whole_day=True)
        raise ValueError("neither a date nor a time")

    def _lasting(self, event: Any, start: Moment) -> Lasting:
        if "DTEND" in event:
            end = self._of(event["DTEND"])
            whole = (end.wall - start.wall).days if start.whole_day else 0
            return Lasting(whole, end.instant - start.later(whole * DAY).instant)
        if "DURATION" in event:
            spell: timedelta = event["DURATION"].dt
            return Lasting(spell.days, spell - spell.days * DAY)
        return Lasting(int(start.whole_day), timedelta())

    def _further(self, event: Any, lasting: Lasting) -> Iterator[tuple[Moment, Lasting]]:
        for value in (each for some in _listed(event.get("RDATE")) for each in some.dts):
            if isinstance(value.dt, tuple):
                starts, end = value.dt
                start = self._moment(starts)
                spell = end if isinstance(end, timedelta) else self._moment(end).instant - start.instant
                yield start, Lasting(0, spell)
            else:
                yield self._moment(value.dt), lasting

    def _left_out(self, event: Any, start: Moment) -> frozenset[datetime]:
        """Instants; a day that is left out of an entry with a time of day is left out at that time."""
        found = set()
        for value in (each for some in _listed(event.get("EXDATE")) for each in some.dts):
            moment = self._moment(value.dt)
            if moment.whole_day and not start.whole_day:
                moment = start._replace(wall=datetime.combine(moment.wall.date(), start.wall.time()))
            found.add(moment.instant)
        return frozenset(found)

    def _rule(self, rule: vRecur, start: Moment) -> tuple[str, datetime | None]:
        """The rule without its end, and the end on the entry's wall clock."""
        until = rule.get("UNTIL")
        plain = str(rule.to_ical().decode())  # type: ignore[no-untyped-call] # the library's
        text = ";".join(part for part in plain.split(";") if not part.startswith("UNTIL="))
        return text, None if until is None else _until(until[0], start)


def _until(value: date | datetime, start: Moment) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max)
    return (value.astimezone(start.tz) if value.tzinfo else value).replace(tzinfo=None)


def _listed(value: Any) -> list[Any]:
    """A property that may be absent, stand once or several times."""
    return [] if value is None else value if isinstance(value, list) else [value]
