"""Which option each session takes and who serves it; what that costs, and the moves it comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from clinic.engine.bitmap import between
from clinic.engine.repair.options import Options
from clinic.engine.repair.values import Kept, Lane, Moment, Move, Need, Repair, Session


@dataclass(frozen=True, slots=True)
class Choice:
    """An option, by its index, and a lane for each of its needs."""

    option: int
    lanes: tuple[int, ...]


Chosen = Mapping[int, Choice]  # by the index of the session; who is left out is not in it


def cost_of(repair: Repair, options: Options, chosen: Chosen) -> int:
    """What the moves and the distances of those that are placed cost."""
    total = sum(int(options.cost[each.option]) for each in chosen.values())
    at = 0
    for course in repair.chains:
        count = len(course.sessions)
        days = [moment(options, chosen, n) for n in range(at, at + count)]
        stations = [course.before, *days, course.after]
        for spacing, earlier, later in zip(course.spacings, stations, stations[1:], strict=False):
            if earlier is not None and later is not None:
                total += repair.weights.spaced(spacing, later.day - earlier.day)
        at += count
    return total


def moment(options: Options, chosen: Chosen, session: int) -> Moment | None:
    """When a session is placed; None where it is left out."""
    if session not in chosen:
        return None
    option = chosen[session].option
    return Moment(int(options.day[option]), int(options.minutes[option]))


def moves_of(repair: Repair, options: Options, chosen: Chosen) -> tuple[Move, ...]:
    """The moves, in the order of the sessions."""
    first = repair.horizon.first_tick
    return tuple(
        Move(session.id, first + int(options.start[each.option]), int(options.way[each.option]), each.lanes)
        for n, session in enumerate(repair.sessions)
        for each in (chosen.get(n),)
        if each is not None
    )


def needs_of(options: Options, option: int) -> tuple[Need, ...]:
    """What an option needs."""
    return options.kinds[int(options.kind[option])]


def spans_of(options: Options, choice: Choice) -> Iterator[tuple[int, int, int]]:
    """Each lane that a choice takes, from which bit to which."""
    start = int(options.start[choice.option])
    for need, lane in zip(needs_of(options, choice.option), choice.lanes, strict=True):
        yield lane, start + need.begin, start + need.end


def kept(repair: Repair, chosen: Chosen) -> Iterator[Kept]:
    """What stays taken, of those that are left out."""
    return (each for n, session in enumerate(repair.sessions) if n not in chosen for each in session.keeps)


def lanes_left(repair: Repair, options: Options, chosen: Chosen, *, but: Session) -> tuple[Lane, ...]:
    """The lanes without what is taken, for a session that is left out."""
    free = [lane.free for lane in repair.lanes]
    others = (each for each in kept(repair, chosen) if each not in but.keeps)
    for lane, begin, end in chain(others, *(spans_of(options, choice) for choice in chosen.values())):
        free[lane] &= ~between(begin, end)
    return tuple(Lane(lane.id, bits) for lane, bits in zip(repair.lanes, free, strict=True))
