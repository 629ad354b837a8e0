"""When an entry of a calendar happens: its rule, further dates, dates left out (RFC 5545 §3.8.5).

A rule is worked out on the wall clock of the entry's own zone, so that a weekly lunch stays at noon when clocks change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from dateutil.rrule import rrulestr

from clinic.domain.errors import Invalid

FIRST_YEAR: Final = 1970
MOST: Final = 5000
DAY: Final = timedelta(days=1)


class Moment(NamedTuple):
    """A wall time in its zone; a whole day begins at its midnight."""

    wall: datetime
    tz: tzinfo
    whole_day: bool = False

    @property
    def instant(self) -> datetime:
        """In UTC: in the spring gap with the offset before it, in the repeated hour the first (RFC 5545 §3.3.5)."""
        return self.wall.replace(tzinfo=self.tz).astimezone(UTC)

    def later(self, spell: timedelta) -> "Moment":
        """So much later on the wall clock."""
        return self._replace(wall=self.wall + spell)


class Lasting(NamedTuple):
    """Days of the wall clock, then time that passes: a day is not always 24 hours."""

    days: int
    rest: timedelta

    def end(self, start: Moment) -> datetime:
        return start.later(timedelta(days=self.days)).instant + self.rest


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the calendar. `instead` is set on one that changes an occurrence of another with the
    same UID, and if `onward` all after it. `rules` are RRULE values without UNTIL, each with the last wall time."""

    uid: str
    start: Moment
    lasting: Lasting
    tentative: bool
    free: bool
    instead: datetime | None = None
    onward: bool = False
    sequence: int = 0
    rules: tuple[tuple[str, datetime | None], ...] = ()
    further: tuple[tuple[Moment, Lasting], ...] = ()
    left_out: frozenset[datetime] = frozenset()


class Happening(NamedTuple):
    """One occurrence, told or reckoned."""

    start: Moment
    lasting: Lasting
    tentative: bool
    free: bool


class Busy(NamedTuple):
    """A stretch of busy time in UTC."""

    starts_at: datetime
    ends_at: datetime
    tentative: bool


def busy(entries: list[Entry], first: datetime, last: datetime) -> Iterator[Busy]:
    """What entries of one UID keep busy between the two instants; overlapping stretches are left as they are.

    Raises Invalid(busy_old_rule), Invalid(busy_too_many), ValueError for a rule that cannot be understood.
    """
    changed = {each.instead: each for each in sorted(entries, key=_revision) if each.instead is not None}
    found: dict[tuple[datetime, int], Happening] = {}
    for number, each in enumerate(one for one in entries if one.instead is None):
        for one in () if each.free and not changed else _happenings(each, first, last):
            if one.start.instant not in changed:
                found[one.start.instant, number] = one
            if len(found) > MOST:
                raise Invalid("busy_too_many", most=MOST)
    onward = sorted((at, each) for at, each in changed.items() if each.onward)
    shown = [_moved(one, [each for at, each in onward if at < key[0]]) for key, one in found.items()]
    shown += [Happening(each.start, each.lasting, each.tentative, each.free) for each in changed.values()]
    for one in shown:
        starts_at, ends_at = one.start.instant, one.lasting.end(one.start)
        if not one.free and max(starts_at, first) < min(ends_at, last):
            yield Busy(starts_at, ends_at, one.tentative)


def _revision(entry: Entry) -> int:
    return entry.sequence


def _moved(one: Happening, changes: list[Entry]) -> Happening:
    """The occurrence as the last change before it, that goes on, has it."""
    if not changes:
        return one
    change = changes[-1]
    assert change.instead is not None  # noqa: S101 - only such are handed in
    shift = change.start.wall - change.instead.astimezone(change.start.tz).replace(tzinfo=None)
    return Happening(one.start.later(shift), change.lasting, change.tentative, change.free)


def _happenings(entry: Entry, first: datetime, last: datetime) -> Iterator[Happening]:
    """The entry's own occurrences around the time that is asked for."""
    long = timedelta(days=entry.lasting.days + 2) + max(entry.lasting.rest, timedelta())
    early, late = first.replace(tzinfo=None) - long, last.replace(tzinfo=None) + 2 * DAY
    spells = [(entry.start, entry.lasting), *entry.further]
    for rule, until in entry.rules:
        spells += [(moment, entry.lasting) for moment in _ruled(entry, rule, until, early, late)]
    for start, lasting in spells:
        if start.instant not in entry.left_out:
            yield Happening(start, lasting, entry.tentative, entry.free)


def _ruled(entry: Entry, rule: str, until: datetime | None, early: datetime, late: datetime) -> Iterator[Moment]:
    if entry.start.wall.year < FIRST_YEAR:
        raise Invalid("busy_old_rule", year=FIRST_YEAR)
    ends = min(late, until) if until is not None else late
    for count, wall in enumerate(rrulestr(rule, dtstart=entry.start.wall)):
        if wall > ends or count > 1 << 17:
            break
        if wall >= early:
            yield entry.start._replace(wall=wall)
