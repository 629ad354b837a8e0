"""Reads problems for the repair from files: format `repair/1`.

Spans are UTC instants `2026-09-07T07:00Z`, hours are local, gaps are calendar days at the location. An affected session
needs one therapist and one room for all of its time. Neither the therapist's nor the room's time that it had is handed
back; who is sick gives no session on the days from `first` to `last`. What a file has besides is left alone, but for
weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from clinic.domain.errors import Invalid
from clinic.domain.fields import Fields, within
from clinic.domain.time import DAY_MINUTES, TICK_MINUTES, ticks_for, wall
from clinic.engine import bitmap
from clinic.engine.horizon import MOST_DAYS, Horizon
from clinic.engine.kind import MOST_TICKS
from clinic.engine.repair.values import (
    Chain,
    Lane,
    Moment,
    MoveWeights,
    Need,
    Repair,
    Session,
    Spacing,
    Way,
)
from clinic.engine.request import MOST_WEIGHT
from clinic.interchange.instance_fields import (
    Owner,
    Weekly,
    busy,
    checked,
    day,
    days_of,
    document_of,
    instant,
    number,
    owner,
    suits,
    text,
    ticks,
    weekly,
)

REPAIR_FORMAT = "repair/1"


class RepairInstance(NamedTuple):
    """A repair and the name of the problem. Its lanes are the therapists, so many of them, then the rooms, with the ids
    of the file; `open` is when each could be used if it were not busy."""

    id: str
    repair: Repair
    therapists: int
    open: tuple[int, ...]

    def taken(self, taken: Sequence[int]) -> "RepairInstance":
        """The same where other ticks are taken of the lanes."""
        each = zip(self.repair.lanes, self.open, taken, strict=True)
        lanes = tuple(Lane(lane.id, open_ & ~held) for lane, open_, held in each)
        return self._replace(repair=replace(self.repair, lanes=lanes))


class _Days(NamedTuple):
    """What the courses of a file share: its days, the first that a session may move to, and the lanes."""

    tz: ZoneInfo
    span: Horizon
    earliest: int
    therapists: tuple[int, ...]
    rooms: tuple[int, ...]
    known: Mapping[str, int]
    suiting: dict[Weekly, int]


def read_repair(path: Path) -> RepairInstance:
    """The instance in a file. Raises Invalid: file_not_json, file_format, or what is wrong with a field."""
    return repair_from(document_of(path))


def repair_from(document: object) -> RepairInstance:
    """The same from the parsed file."""
    file = checked(document, REPAIR_FORMAT)
    id_ = text(file, "id")
    tz, span, hours = days_of(file)
    therapists, rooms = file.each("therapists", owner), file.each("rooms", owner)
    owners = (*therapists, *rooms)
    known = _numbered("therapist", therapists)
    _numbered("room", rooms)
    days = _Days(
        tz,
        span,
        max(0, span.index(file.read("earliest", day))),
        tuple(range(len(therapists))),
        tuple(range(len(therapists), len(owners))),
        known,
        {},
    )
    ill = dict.fromkeys(range(len(owners)), 0)
    for one, away in file.each("sick", partial(_sick, days=days)):
        ill[one] |= away
    open_ = tuple(hours & ~away for away in ill.values())
    lanes = tuple(
        Lane(each.id, ready & ~held) for each, ready, held in zip(owners, open_, busy(span, owners), strict=True)
    )
    chains = file.each("courses", partial(_chain, days=days))
    return RepairInstance(id_, Repair(span, lanes, chains, file.read("weights", _weights)), len(therapists), open_)


def _numbered(what: str, owners: Sequence[Owner]) -> dict[str, int]:
    """The place of each by its id."""
    known: dict[str, int] = {}
    for n, each in enumerate(owners):
        if known.setdefault(each.id, n) != n:
            raise Invalid("resource_twice", what=what, id=each.id)
    return known


def _sick(document: object, *, days: _Days) -> tuple[int, int]:
    """Which therapist, and the ticks in which he is away."""
    sick = Fields(document)
    who = sick.read("therapist", partial(_known, days=days))
    first, last = sick.read("first", day), sick.read("last", day)
    if last < first:
        raise Invalid("span_reversed", field="last")
    inside = range(max(0, days.span.index(first)), min(days.span.days, days.span.index(last) + 1))
    return who, ticks(days.span, days.tz, ((days.span.on(each), 0, DAY_MINUTES) for each in inside))


def _chain(document: object, *, days: _Days) -> Chain:
    course = Fields(document)
    text(course, "patient")
    length = ticks_for(number(course, "duration_min", 1, MOST_TICKS * TICK_MINUTES))
    spacing = Spacing(*(number(course, name, 0, MOST_DAYS) for name in ("min_gap", "ideal_gap", "max_gap")))
    available = bitmap.union(_suiting(days, each) for each in course.each("available", suits))
    starts = bitmap.starts(available, length) & days.span.on_days(bitmap.between(days.earliest, days.span.days))
    way = Way(starts, (Need(0, length, days.therapists), Need(0, length, days.rooms)))
    sessions = course.each("affected", partial(_session, days=days, way=way))
    before, after = (_fixed(course, name, days) for name in ("prev_fixed", "next_fixed"))
    return Chain(sessions, (spacing,) * (len(sessions) + 1), before, after)


def _session(document: object, *, days: _Days, way: Way) -> Session:
    session = Fields(document)
    id_ = text(session, "id")
    session.read("therapist", partial(_known, days=days))
    on, minutes = wall(session.read("start", instant), days.tz)
    return Session(id_, Moment(days.span.index(on), minutes), (way,))


def _fixed(course: Fields, name: str, days: _Days) -> Moment | None:
    """The day of a neighbour that stays; None where the file has none."""
    told = course.take(name, None)
    return None if told is None else Moment(days.span.index(within(name, day, told)))


def _suiting(days: _Days, hours: Weekly) -> int:
    """Weekly hours as a bitmap; most courses of a file have the same."""
    if hours not in days.suiting:
        days.suiting[hours] = weekly(days.span, days.tz, [hours])
    return days.suiting[hours]


def _known(value: Any, *, days: _Days) -> int:
    found = days.known.get(value) if isinstance(value, str) else None
    if found is None:
        raise Invalid("unknown_resource")
    return found


def _weights(document: object) -> MoveWeights:
    given = Fields(document)
    weights = MoveWeights(*(number(given, name, 0, MOST_WEIGHT) for name in ("move_day", "move_15min", "gap_day")))
    given.finish()
    return weights
