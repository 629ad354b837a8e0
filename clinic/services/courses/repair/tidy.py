"""Rooms as somebody would give them: any free lane is as good to the engine, the room that a visit had is better."""

from collections.abc import Sequence
from dataclasses import replace

from clinic.engine import bitmap
from clinic.engine.repair.values import Move, Need
from clinic.services.courses.repair.problem import Problem


def tidied(posed: Problem, moves: Sequence[Move]) -> tuple[Move, ...]:
    """The same moves, each in the room that it had where that is free, else in the first in the practice's order. Who
    is left out keeps his."""
    free = [lane.free for lane in posed.board.lanes]
    placed = {move.id for move in moves}
    for lane, begin, end in (kept for one in posed.repair.sessions if one.id not in placed for kept in one.keeps):
        free[lane] &= ~bitmap.between(begin, end)
    for move in moves:
        for need, lane in _taken(posed, move):
            free[lane] &= ~_bits(posed, move, need)
    found = []
    for move in moves:
        lanes = list(move.lanes)
        for n, (need, lane) in enumerate(_taken(posed, move)):
            if posed.board.is_room(lane):
                bits = _bits(posed, move, need)
                free[lane] |= bits
                lanes[n] = next(each for each in _in_order(posed, move, need) if free[each] & bits == bits)
                free[lanes[n]] &= ~bits
        found.append(replace(move, lanes=tuple(lanes)))
    return tuple(found)


def _taken(posed: Problem, move: Move) -> list[tuple[Need, int]]:
    return list(zip(posed.asked[move.id].ways[move.way].way.needs, move.lanes, strict=True))


def _bits(posed: Problem, move: Move, need: Need) -> int:
    at = move.start - posed.repair.horizon.first_tick
    return bitmap.between(at + need.begin, at + need.end)


def _in_order(posed: Problem, move: Move, need: Need) -> list[int]:
    """The lanes that would do: those of the rooms that it had come first."""
    site = posed.board.site
    had = {stretch.room_id for stretch in posed.asked[move.id].visit.stretches}
    own = {each.public_id for each in site.rooms if each.id in had}
    return sorted(need.of, key=lambda lane: (posed.board.owners[lane] not in own, lane))
