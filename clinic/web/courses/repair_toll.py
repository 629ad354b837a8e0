"""What a repair asks of patients and practice: the days, times, therapists, rooms and gaps that change, counted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from clinic.db.courses.repairs import RepairRow, Shown
from clinic.domain.courses.repair import OPEN_REPAIRS, Fate, Moving, Proposal, Status
from clinic.domain.time import zone
from clinic.web import words

GOING = frozenset({Fate.OPEN, Fate.APPLIED})
Courses = Mapping[int, Mapping[str, int]]
Facts = list[tuple[str, str]]


def going(row: RepairRow) -> list[Moving]:
    """The moves without those that were left out, or changed meanwhile."""
    return [move for move in row.proposal.moves if move.fate in GOING]


def toll(moves: Sequence[Moving], shown: Mapping[str, Shown], courses: Courses) -> Facts:
    """What changes, and for how many; nothing where nothing moves."""
    if not moves:
        return []
    said = [*_when(moves, shown), *_whom(moves), *_gaps(moves, shown, courses)]
    return [
        (gettext("Patients"), str(len({move.patient for move in moves}))),
        *((name, how) for name, how in said if how),
    ]


def room_for_better(row: RepairRow) -> str:
    """How much less a still better proposal that places as many could ask; in per cent of what this one does."""
    if row.status not in OPEN_REPAIRS:
        return ""
    return proven(row.proposal) if row.status is Status.OPTIMAL else spared(row.objective, row.bound)


def proven(found: Proposal) -> str:
    """What it means that nothing better exists; nothing where nothing moves and everything has its place."""
    if found.unplaced:
        return str(gettext("No other proposal finds more visits a place, or disturbs them less."))
    return str(gettext("No other proposal disturbs the visits less.")) if found.moves else ""


def spared(best: int, bound: int) -> str:
    """What could at most be saved, in words; nothing where nobody knows."""
    if not 0 < bound <= best:
        return ""
    percent = -(-100 * (best - bound) // best)
    return str(gettext("A better proposal, if there is one, disturbs the visits %(num)s %% less at most.", num=percent))


def _when(moves: Sequence[Moving], shown: Mapping[str, Shown]) -> Facts:
    ways = [_way(move, zone(shown[move.visit].tz)) for move in moves]
    same = ways.count((0, 0))
    minutes = [minutes for days, minutes in ways if not days and minutes]
    days = [days for days, _ in ways if days]
    return [
        (gettext("Day and time as before"), words.visits(same) if same else ""),
        (gettext("Another time that day"), _at_most(len(minutes), _minutes(max(minutes, default=0)))),
        (gettext("Another day"), _at_most(len(days), words.days(max(days, default=0)))),
    ]


def _way(move: Moving, tz: ZoneInfo) -> tuple[int, int]:
    """The calendar days and the minutes of the time of day that it moves."""
    was, to = (words.local(each.starts, tz) for each in (move.was, move.to))
    return abs((to.date() - was.date()).days), abs(_clock(to) - _clock(was))


def _clock(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _at_most(count: int, far: str) -> str:
    return str(gettext("%(visits)s, by %(far)s at most", visits=words.visits(count), far=far)) if count else ""


def _minutes(count: int) -> str:
    hours, rest = divmod(count, 60)
    said = [ngettext("%(num)s hour", "%(num)s hours", hours)] if hours else []
    return " ".join(said + ([ngettext("%(num)s minute", "%(num)s minutes", rest)] if rest else []))


def _whom(moves: Sequence[Moving]) -> Facts:
    others = sum(move.was.therapist != move.to.therapist for move in moves)
    rooms = sum(move.was.room != move.to.room for move in moves)
    return [
        (gettext("Another therapist"), words.visits(others) if others else ""),
        (gettext("Another room"), words.visits(rooms) if rooms else ""),
    ]


def _gaps(moves: Sequence[Moving], shown: Mapping[str, Shown], courses: Courses) -> Facts:
    """The days between two visits of a course that become fewer or more."""
    pairs = [pair for course in courses.values() for pair in _pairs(moves, shown, course)]
    fewer = [then for before, then in pairs if then < before]
    more = [then for before, then in pairs if then > before]
    said = []
    if fewer:
        said.append(gettext("%(num)s shorter, the shortest then %(days)s", num=len(fewer), days=words.days(min(fewer))))
    if more:
        said.append(gettext("%(num)s longer, the longest then %(days)s", num=len(more), days=words.days(max(more))))
    return [(gettext("Gaps between visits"), "; ".join(said) or gettext("as before"))] if pairs else []


def _pairs(moves: Sequence[Moving], shown: Mapping[str, Shown], course: Mapping[str, int]) -> Iterable[tuple[int, int]]:
    """The gaps of a course before and then, in days, in the order of its visits."""
    mine = [move for move in moves if move.visit in course]
    if not mine:
        return []
    tz = zone(shown[mine[0].visit].tz)
    was = {**course, **{move.visit: move.was.starts for move in mine}}
    then = {**course, **{move.visit: move.to.starts for move in mine}}
    return zip(_between(was.values(), tz), _between(then.values(), tz), strict=True)


def _between(starts: Iterable[int], tz: ZoneInfo) -> list[int]:
    days = [words.local(each, tz).date() for each in sorted(starts)]
    return [(after - before).days for before, after in pairwise(days)]
