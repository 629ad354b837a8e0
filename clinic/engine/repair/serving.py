"""The part of the program that keeps people and rooms: who serves what starts at a tick, and nobody two at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clinic.engine import bitmap
from clinic.engine.bitmap import Integers
from clinic.engine.repair.options import Options
from clinic.engine.repair.program import Draft
from clinic.engine.repair.values import Lane, Need, Repair


class Served(NamedTuple):
    """Columns, each that a lane serves a need from a start (a bit number) on."""

    column: Integers
    need: Integers
    start: Integers
    lane: Integers


def write(draft: Draft, repair: Repair, options: Options, columns: Integers) -> tuple[tuple[Need, ...], Served]:
    """Writes what people and rooms allow; the needs, which `Served.need` counts, and who can serve them."""
    needs = tuple(dict.fromkeys(need for kind in options.kinds for need in kind))
    uses = np.array([[kind.count(need) for need in needs] for kind in options.kinds], np.int64)
    none = np.zeros(0, np.int64)
    found = [Served(none, none, none, none)]
    supplies: dict[tuple[int, ...], tuple[Integers, Integers]] = {}
    for n, need in enumerate(needs):
        times = uses[options.kind, n]
        starts = np.unique(options.start[times > 0])
        at, lane = _lanes(repair.lanes, need, starts, repair.horizon.ticks)
        served = draft.columns_of(np.zeros(len(at), np.int64))
        rows = draft.rows_of(len(starts), 0, 0)
        draft.put(rows[at], served, -1.0)
        # Where the same options ask for this as for a need before, as many serve it as serve that one: fewer entries.
        like = tuple(uses[:, n].tolist())
        if like in supplies:
            others, place = supplies[like]
            draft.put(rows[place], others)
        else:
            _demand(draft, rows, starts, options, columns, times)
            supplies[like] = served, at
        found.append(Served(served, np.full(len(at), n), starts[at], lane))
    served_all = Served(*(np.concatenate(each) for each in zip(*found, strict=True)))
    _one_at_a_time(draft, needs, served_all, _kept(draft, repair, options, columns), repair.horizon.ticks)
    return needs, served_all


class _Keeping(NamedTuple):
    """What sessions keep unless they move, and the column that says that they do."""

    lane: Integers
    begin: Integers
    end: Integers
    moves: Integers


def _kept(draft: Draft, repair: Repair, options: Options, columns: Integers) -> _Keeping:
    """A column for each session that keeps something: 1 only where it has an option."""
    keeping = np.array([n for n, each in enumerate(repair.sessions) if each.keeps], np.int64)
    moves = draft.columns_of(np.zeros(len(keeping), np.int64))
    rows = draft.rows_of(len(keeping), 0, 0)
    draft.put(rows, moves)
    its = np.flatnonzero(np.isin(options.session, keeping))
    draft.put(rows[np.searchsorted(keeping, options.session[its])], columns[its], -1.0)
    found = [(*each, moves[at]) for at, n in enumerate(keeping) for each in repair.sessions[n].keeps]
    return _Keeping(*np.array(found, np.int64).reshape(-1, 4).T)


def _demand(
    draft: Draft, rows: Integers, starts: Integers, options: Options, columns: Integers, times: Integers
) -> None:
    """What the options ask for at each start, so many times each."""
    for often in np.unique(times[times > 0]).tolist():
        its = np.flatnonzero(times == often)
        draft.put(rows[np.searchsorted(starts, options.start[its])], columns[its], float(often))


def _lanes(lanes: Sequence[Lane], need: Need, starts: Integers, size: int) -> tuple[Integers, Integers]:
    """For each start, by its place, the lanes that can serve the need from there."""
    every = (1 << size) - 1
    ready = (bitmap.starts(lanes[n].free, need.end - need.begin) for n in need.of)
    bits = [(each << -need.begin if need.begin < 0 else each >> need.begin) & every for each in ready]
    which, at = np.nonzero(bitmap.rows_at(bits, size, starts))
    return at, np.array(need.of, np.int64)[which]


def _one_at_a_time(draft: Draft, needs: Sequence[Need], served: Served, kept: _Keeping, size: int) -> None:
    """A row for each tick at which a lane can begin something, or something of it is kept from: of all that would hold
    it then, one; none while a session keeps it."""
    begin, end = (np.array([getattr(need, name) for need in needs], np.int64)[served.need] for name in ("begin", "end"))
    length = end - begin
    key = served.lane * (3 * size) + size + served.start + begin
    keeps = kept.lane * (3 * size) + size
    ticks = np.unique(np.concatenate((key, keeps + kept.begin)))
    rows, members = [], []
    for span in np.unique(length).tolist():
        its = np.flatnonzero(length == span)
        its = its[np.argsort(key[its], kind="stable")]
        low = np.searchsorted(key[its], ticks - span, side="right")
        count = np.searchsorted(key[its], ticks, side="right") - low
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows.append(np.repeat(np.arange(len(ticks)), count))
        members.append(its[np.repeat(low, count) + offset])
    row, member = (np.concatenate([np.zeros(0, np.int64), *each]) for each in (rows, members))
    moves = np.full(len(ticks), -1)
    for column, low, high in zip(
        kept.moves, np.searchsorted(ticks, keeps + kept.begin), np.searchsorted(ticks, keeps + kept.end), strict=True
    ):
        moves[low:high] = column
    count = np.bincount(row, minlength=len(ticks))
    numbers = np.full(len(ticks), -1)
    together, waits = (count > 1) & (moves < 0), (count > 0) & (moves >= 0)
    numbers[together] = draft.rows_of(int(together.sum()), 0, 1)
    numbers[waits] = draft.rows_of(int(waits.sum()), -1, 0)
    draft.put(numbers[waits], moves[waits], -1.0)
    shared = numbers[row] >= 0
    draft.put(numbers[row[shared]], served.column[member[shared]])
