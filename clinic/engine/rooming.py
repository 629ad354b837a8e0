"""In which rooms the parts of a visit can be, one layout at a time.

A patient who stays in a room keeps it: only where he comes or goes is it set up or cleaned, and a wait between two
parts is spent in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from clinic.engine import bitmap
from clinic.engine.bitmap import ALWAYS
from clinic.engine.calendars import Calendars
from clinic.engine.kind import Kind

Starts = Mapping[str, int]


class Stay(NamedTuple):
    """A part's room, and the ticks for which it is held before and after it."""

    room: str
    setup: int
    cleanup: int


class _Onwards(NamedTuple):
    """The visit's starts from which a part and all after it can be roomed: by somebody who comes to it, in each room,
    by somebody who is in that room already, and by somebody who comes, in any."""

    coming: Starts
    staying: Starts
    any: int


_END = _Onwards({}, {}, ALWAYS)


class Rooming:
    """The rooms of a kind's parts in one layout; starts are bit numbers of the horizon, those of the visit."""

    def __init__(self, calendars: Calendars, kind: Kind, layout: Sequence[int]) -> None:
        self._every, self._parts, self._layout = calendars.horizon.every, kind.parts, layout
        self._rooms = {room.id: room for room in calendars.rooms}
        self._onwards = [_END] * (len(kind.parts) + 1)
        for n in reversed(range(len(kind.parts))):
            self._onwards[n] = self._from(n)

    @property
    def starts(self) -> int:
        """The starts at which every part can be roomed."""
        return self._onwards[0].any

    def at(self, start: int) -> tuple[Stay | None, ...]:
        """The first rooms, in the order given, for a start at which they are there; None for a part without a room."""
        return tuple(self._chosen(1 << start))

    def _chosen(self, bit: int) -> Iterator[Stay | None]:
        kept: str | None = None
        for n, part in enumerate(self._parts):
            room = kept or next((each for each, starts in self._onwards[n].coming.items() if starts & bit), None)
            if room is None:
                yield None
                continue
            setup = 0 if kept else part.setup
            kept = room if self._keeps(n, room, setup, bit) else None
            yield Stay(room, setup, self._pause(n) if kept else part.cleanup)

    def _keeps(self, n: int, room: str, setup: int, bit: int) -> bool:
        """Whether who is in a room for part n stays there, because no earlier one is possible for the next part."""
        after = self._onwards[n + 1]
        if not (bit & after.staying.get(room, 0) and bit & self._free(n, room, setup, self._pause(n))):
            return False
        leaves = bit & self._free(n, room, setup, self._parts[n].cleanup)
        earlier = (starts for other, starts in _before(after.coming, room))
        return not (leaves and any(starts & bit for starts in earlier))

    def _pause(self, n: int) -> int:
        """The wait between part n and the next, in ticks."""
        return self._layout[n + 1] - self._layout[n] - self._parts[n].ticks

    def _from(self, n: int) -> _Onwards:
        part, after = self._parts[n], self._onwards[n + 1]
        if part.rooms is None:
            return _Onwards({}, {}, after.any)
        rooms = [room for room in self._rooms if room in part.rooms]
        coming = {room: self._held(n, room, part.setup) for room in rooms}
        staying = {room: self._held(n, room, 0) for room in rooms} if n else {}
        return _Onwards(coming, staying, bitmap.union(coming.values()))

    def _held(self, n: int, room: str, setup: int) -> int:
        """The starts at which a room is free for part n, with rooms for those after it: others, or this one kept."""
        after = self._onwards[n + 1]
        found = self._free(n, room, setup, self._parts[n].cleanup) & after.any
        kept = after.staying.get(room, 0)
        return found | (kept and kept & self._free(n, room, setup, self._pause(n)))

    def _free(self, n: int, room: str, setup: int, cleanup: int) -> int:
        """The starts at which a room is free for part n with so many ticks around it."""
        begins = bitmap.starts_in(self._rooms[room].free, setup + self._parts[n].ticks + cleanup, self._every)
        ahead = self._layout[n] - setup
        return begins >> ahead if ahead >= 0 else begins << -ahead


def _before(rooms: Starts, room: str) -> Iterator[tuple[str, int]]:
    """The rooms that come before one, in order."""
    return takewhile(lambda each: each[0] != room, rooms.items())
