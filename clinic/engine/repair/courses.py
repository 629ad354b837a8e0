"""The part of the program that keeps the courses: each session once, at distances that its gaps allow.

Consecutive sessions are tied by their days: a column for each two days that they can have together, priced by the
distance. So a course is one unit that flows from the days of its first session to those of its last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clinic.domain.time import DAY_MINUTES
from clinic.engine.bitmap import Integers
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.repair.options import Options
from clinic.engine.repair.program import Draft
from clinic.engine.repair.values import Repair


class Entries(NamedTuple):
    """Where sessions can be: the options, then days of sessions that are left out, if that is asked for. `kind` and
    `minutes` are -1 for these."""

    session: Integers
    day: Integers
    cost: Integers
    kind: Integers
    minutes: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What each session's place in its chain means: arrays by session. `least` to `most`, `ideal` and `floor` (minutes)
    are those of the spacing after it."""

    chain: Integers
    first: Integers
    last: Integers
    least: Integers
    ideal: Integers
    most: Integers
    floor: Integers


def _places(repair: Repair) -> Places:
    columns: list[tuple[int, ...]] = [
        (n, k == 0, k == len(chain.sessions) - 1, after.min, after.ideal, after.max, after.least_minutes)
        for n, chain in enumerate(repair.chains)
        for k, after in enumerate(chain.spacings[1:])
    ]
    return Places(*np.array(columns, np.int64).reshape(-1, 7).T)


def dearest(repair: Repair, options: Options) -> int:
    """More than any repair of these options can cost: what it costs to leave out one session."""
    spans = [sum(each.max + each.ideal for each in chain.spacings) for chain in repair.chains]
    most = np.zeros(len(repair.sessions), np.int64)
    np.maximum.at(most, options.session, options.cost)
    return int(most.sum()) + repair.weights.gap_day * sum(spans) + 1


def entries(repair: Repair, options: Options, *, leaving_out: int | None) -> Entries:
    """The options, priced with the gaps to fixed neighbours; sessions of chains that have several may be left out on a
    day of theirs for `leaving_out`."""
    found = Entries(options.session, options.day, options.cost + _ends(repair, options), options.kind, options.minutes)
    if leaving_out is None:
        return found
    left = np.array(list(_left_out(repair, options)), np.int64).reshape(-1, 2).T
    none = np.full(left.shape[1], -1)
    extra = (left[0], left[1], np.full(left.shape[1], leaving_out), none, none)
    return Entries(*(np.concatenate(each) for each in zip(found, extra, strict=True)))


def _ends(repair: Repair, options: Options) -> Integers:
    """What the gaps to the fixed neighbours cost."""
    cost = np.zeros(len(options.session), np.int64)
    at = 0
    for chain in repair.chains:
        end = at + len(chain.sessions)
        for fixed, spacing, n, sign in (
            (chain.before, chain.spacings[0], at, 1),
            (chain.after, chain.spacings[-1], end - 1, -1),
        ):
            if fixed is not None:
                its = slice(*options.first[n : n + 2])
                days = sign * (options.day[its] - fixed.day)
                cost[its] += np.abs(days - spacing.ideal) * repair.weights.gap_day
        at = end
    return cost


def _left_out(repair: Repair, options: Options) -> Iterator[tuple[int, int]]:
    """Each session, and day index, that may be left out; days enough that it fits between any others."""
    at = 0
    for chain in repair.chains:
        end = at + len(chain.sessions)
        days = options.day[options.first[at] : options.first[end]]
        if end - at > 1 and len(days):
            reach = sum(each.min for each in chain.spacings)
            for n, (first, last) in enumerate(chain.windows(), at):
                low, high = min(int(days.min()) - reach, last), max(int(days.max()) + reach, first)
                yield from ((n, day) for day in range(max(first, low), min(last, high) + 1))
        at = end


def write(draft: Draft, repair: Repair, among: Entries, *, leaving_out: int) -> Integers:
    """Writes what courses demand; the columns of the entries. A column more for each chain says that it is left out
    wholly, which costs `leaving_out` for each of its sessions."""
    place = _places(repair)
    columns = draft.columns_of(among.cost)
    chains = np.array([len(chain.sessions) for chain in repair.chains], np.int64)
    out = draft.columns_of(chains * leaving_out)
    once = draft.rows_of(len(chains), 1, 1)
    draft.put(once, out)
    alone = (place.first & place.last)[among.session] == 1
    draft.put(once[place.chain[among.session[alone]]], columns[alone])
    if not alone.all():
        _flow(draft, repair, place, among, columns, once)
        _floors(draft, place, among, columns)
    return columns


def _flow(draft: Draft, repair: Repair, place: Places, among: Entries, columns: Integers, once: Integers) -> None:
    """One unit through the days of each chain's sessions."""
    left, base = among.kind < 0, int(among.day.min())
    width = int(among.day.max()) - base + 1
    nodes, node = np.unique((among.session * 2 + left) * width + among.day - base, return_inverse=True)
    row_of, day = np.divmod(nodes, width)
    session = row_of // 2
    first, last = place.first[session] == 1, place.last[session] == 1
    table = np.full((2 * len(place.chain) + 2, width), -1)
    table[row_of, day] = np.arange(len(nodes))
    source, target, days = _pairs(place, session, day, table, bool(left.any()))
    priced = (row_of[source] | row_of[target]) % 2 == 0
    cost = np.abs(days - place.ideal[session[source]]) * repair.weights.gap_day * priced
    pairs = draft.columns_of(cost)
    begins = first[source]
    draft.put(once[place.chain[session[source[begins]]]], pairs[begins])
    held = np.full(len(nodes), -1)
    several = ~(first & last)
    held[several] = draft.rows_of(int(several.sum()), 0, 0)
    tied = several[node]
    draft.put(held[node[tied]], columns[tied], -1.0)
    draft.put(held[source[begins]], pairs[begins])
    draft.put(held[target], pairs)
    middle = several & ~first & ~last
    onwards = np.full(len(nodes), -1)
    onwards[middle] = draft.rows_of(int(middle.sum()), 0, 0)
    draft.put(onwards[target[middle[target]]], pairs[middle[target]], -1.0)
    draft.put(onwards[source[~begins]], pairs[~begins])


def _pairs(
    place: Places, session: Integers, day: Integers, table: Integers, leaving_out: bool
) -> tuple[Integers, Integers, Integers]:
    """The nodes that can follow each other: from, to, and the days between them."""
    goes_on = np.flatnonzero(place.last[session] == 0)
    its = session[goes_on]
    days = np.arange(place.least[its].min(initial=MOST_DAYS), place.most[its].max(initial=0) + 1)[
        None, : table.shape[1]
    ]
    reached = day[goes_on][:, None] + days
    fits = (place.least[its][:, None] <= days) & (days <= place.most[its][:, None]) & (reached < table.shape[1])
    found = []
    for left in range(1 + leaving_out):
        to = np.where(fits, table[(2 * its + 2 + left)[:, None], np.where(fits, reached, 0)], -1)
        at, n = np.nonzero(to >= 0)
        found.append((goes_on[at], to[at, n], days[0, n]))
    source, target, between = (np.concatenate(each) for each in zip(*found, strict=True))
    return source, target, between


def _floors(draft: Draft, place: Places, among: Entries, columns: Integers) -> None:
    """What is too near by the clock excludes each other: none that late and, the days between, one that early."""
    real = among.kind >= 0
    for n in np.flatnonzero((place.floor > 0) & (place.last == 0)).tolist():
        earlier, later = (np.flatnonzero(real & (among.session == each)) for each in (n, n + 1))
        for one in np.unique(among.day[earlier]).tolist():
            late = earlier[among.day[earlier] == one]
            for days in range(int(place.least[n]), int(place.most[n]) + 1):
                early = later[among.day[later] == one + days]
                wait = int(place.floor[n]) - days * DAY_MINUTES
                _exclude(draft, columns, (late, among.minutes[late]), (early, among.minutes[early] - wait))


def _exclude(
    draft: Draft, columns: Integers, late: tuple[Integers, Integers], early: tuple[Integers, Integers]
) -> None:
    """None of the first that begins at a minute or later, beside one of the second that is ready only before it."""
    known: set[int] = set()
    for minute in np.unique(late[1]).tolist():
        before = early[0][early[1] < minute]
        if len(before) and len(before) not in known:
            known.add(len(before))
            both = np.concatenate((late[0][late[1] >= minute], before))
            draft.put(np.repeat(draft.rows_of(1, 0, 1), len(both)), columns[both])
