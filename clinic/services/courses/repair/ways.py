"""All ways to hold one visit, in the repair's terms, and how a way that was chosen reads back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import NamedTuple

from clinic.domain.practice.site import Site
from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.kind import Kind, Part, Staff
from clinic.engine.openings import PlacedPart
from clinic.engine.repair.values import Lane, Need, Way


class Group(NamedTuple):
    """People who can give a part alike: the starts of the visit at which they may, and what of theirs it takes; their
    names are those of the lanes that the first of these needs is given."""

    starts: int
    needs: tuple[Need, ...]


class Reading(NamedTuple):
    """How a way reads back: the ticks at which its parts begin; for each part the place of the need that names its
    therapist, and of that which names its room with the ticks the room is held before and after."""

    begins: tuple[int, ...]
    people: tuple[int, ...]
    rooms: tuple[tuple[int, int, int] | None, ...]


class Held(NamedTuple):
    """A way and how it reads back."""

    way: Way
    reading: Reading


@dataclass(slots=True)
class Board:
    """The lanes of everybody who works and every room at one location, for one repair. `owners` and `resources` name
    the therapist or room, and the key of what holds its time, of each lane."""

    site: Site
    calendars: Calendars
    lanes: list[Lane] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    resources: list[int] = field(default_factory=list)
    of: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def laid_out(cls, site: Site, calendars: Calendars, taken: Mapping[int, int]) -> "Board":
        """What is free, without the bits that are `taken` of resources besides."""
        board, every = cls(site, calendars), calendars.horizon.every
        owners = [(each.public_id, each.lanes) for each in site.staff]
        owners += [(each.public_id, each.lanes) for each in site.rooms]
        free = [*(each.free for each in calendars.therapists), *(each.free for each in calendars.rooms)]
        for (owner, resources), lanes in zip(owners, free, strict=True):
            first = len(board.lanes)
            for resource, bits in zip(resources, lanes, strict=True):
                board.lanes.append(Lane(f"{owner}.{len(board.lanes)}", bits & every & ~taken.get(resource, 0)))
                board.owners.append(owner)
                board.resources.append(resource)
            board.of[owner] = tuple(range(first, len(board.lanes)))
        return board

    def add_lane(self, owner: str, resource: int) -> int:
        """A lane beside those of people who work and rooms; which one it is."""
        self.lanes.append(Lane(f"{owner}.{len(self.lanes)}", self.calendars.horizon.every))
        self.owners.append(owner)
        self.resources.append(resource)
        return len(self.lanes) - 1

    def is_room(self, lane: int) -> bool:
        """Whether a lane is a room's."""
        people = sum(len(each.lanes) for each in self.site.staff)
        return people <= lane < people + sum(len(each.lanes) for each in self.site.rooms)

    def parts(self, kind: Kind, held: Held, start: int, lanes: Sequence[int]) -> tuple[PlacedPart, ...]:
        """The parts of a visit from `start` on, a tick, with the lanes that each need was given."""
        found = []
        for n, part in enumerate(kind.parts):
            room = held.reading.rooms[n]
            therapist = self.owners[lanes[held.reading.people[n]]]
            stay = (None, 0, 0) if room is None else (self.owners[lanes[room[0]]], room[1], room[2])
            found.append(PlacedPart(start + held.reading.begins[n], part.ticks, therapist, *stay))
        return tuple(found)


def ways(
    board: Board,
    kind: Kind,
    calendars: Calendars,
    allowed: int,
    costs: Mapping[str, int],
    *,
    stays: Sequence[bool] = (),
    beyond: bool = False,
) -> Iterator[Held]:
    """Every way to hold a visit of that kind from the `allowed` starts on: with each lead therapist for what he costs;
    each tick of waiting costs one, and so does each change of rooms unlike `stays` (whether he stays, so far, from one
    part to the next); `beyond`: with those who may lead only once the patient's requirement is dropped."""
    suits = calendars.open & calendars.patient.free & calendars.horizon.every
    for layout in kind.layouts:
        ticks = layout[-1] + kind.parts[-1].ticks
        starts = allowed & bitmap.starts(suits, ticks)
        rooms = list(_rooms(board, kind, layout, stays))
        others = [list(_others(board, kind, n, layout[n])) for n in range(len(kind.parts)) if n != kind.lead]
        for staff in kind.staff:
            lead = _group(board, kind.parts[kind.lead], staff, layout[kind.lead], leads=True)
            if lead is None or staff.beyond_wish is not beyond or not rooms:
                continue
            for rest in product(*others):
                bits = starts & lead.starts
                for each in rest:
                    bits &= each.starts
                for roomed in rooms if bits else ():
                    yield _held(
                        kind,
                        layout,
                        Group(bits, lead.needs),
                        rest,
                        roomed,
                        costs.get(staff.therapist, 0) + ticks - kind.ticks,
                    )


def _held(
    kind: Kind, layout: tuple[int, ...], lead: Group, others: Sequence[Group], rooms: "_Roomed", cost: int
) -> Held:
    """Lead first, then the others, then the rooms."""
    needs, people = list(lead.needs), [0] * len(kind.parts)
    rest = iter(others)
    for n in range(len(kind.parts)):
        if n != kind.lead:
            people[n] = len(needs)
            needs += next(rest).needs
    first = len(needs)
    stays = tuple(None if each is None else (first + each[0], each[1], each[2]) for each in rooms.stays)
    return Held(Way(lead.starts, (*needs, *rooms.needs), cost + rooms.cost), Reading(layout, tuple(people), stays))


def _group(board: Board, part: Part, staff: Staff, begins: int, *, leads: bool) -> Group | None:
    """One therapist for a part; None where he never may."""
    calendars = board.calendars
    place = next((n for n, each in enumerate(calendars.therapists) if each.id == staff.therapist), None)
    if place is None or not staff.days:
        return None
    watched = bitmap.union(bitmap.starts(each, part.ticks) for each in staff.watched)
    bits = calendars.horizon.on_days(staff.days) & watched >> begins
    if leads:
        bits &= ~calendars.therapists[place].reserved
    lanes = board.of[staff.therapist]
    shared = staff.at_once > 1
    wanted = [lanes[: staff.at_once]] if shared else [(lane,) for lane in lanes]
    return Group(bits, tuple(Need(begins, begins + part.ticks, each) for each in wanted))


def _others(board: Board, kind: Kind, n: int, begins: int) -> Iterator[Group]:
    """Those who may give a part that they do not lead, alike ones as one."""
    part = kind.parts[n]
    alike: dict[int, list[int]] = {}
    for staff in part.staff:
        group = None if staff.beyond_wish else _group(board, part, staff, begins, leads=False)
        if group is not None and len(group.needs) > 1:
            yield group
        elif group is not None:
            alike.setdefault(group.starts, []).extend(group.needs[0].of)
    for starts, lanes in alike.items():
        yield Group(starts, (Need(begins, begins + part.ticks, tuple(lanes)),))


class _Roomed(NamedTuple):
    """What a visit takes of rooms, and for each part the place of its room's need, and the ticks around; what it costs
    to change rooms otherwise than so far."""

    needs: tuple[Need, ...]
    stays: tuple[tuple[int, int, int] | None, ...]
    cost: int = 0


def _rooms(board: Board, kind: Kind, layout: Sequence[int], so_far: Sequence[bool]) -> Iterator[_Roomed]:
    """Each way to change rooms on the way through a visit, or to stay in one: who stays is not cleaned up after."""
    parts = kind.parts
    could_stay = [before.rooms is not None and after.rooms is not None for before, after in pairwise(parts)]
    for stays in product(*((False, True) if each else (False,) for each in could_stay)):
        found = _roomed(board, kind, layout, _runs(stays, len(parts)))
        if found is not None:
            unlike = sum(one is not other for one, other in zip(stays, so_far, strict=False))
            yield found._replace(cost=unlike)


def _runs(stays: Sequence[bool], count: int) -> list[range]:
    """The parts between which the patient stays where he is."""
    cuts = [0, *(n + 1 for n, stay in enumerate(stays) if not stay), count]
    return [range(first, last) for first, last in pairwise(cuts)]


def _roomed(board: Board, kind: Kind, layout: Sequence[int], runs: Iterable[range]) -> _Roomed | None:
    needs: list[Need] = []
    stays: list[tuple[int, int, int] | None] = [None] * len(kind.parts)
    for run in runs:
        first, last = kind.parts[run[0]], kind.parts[run[-1]]
        if first.rooms is None:
            continue
        rooms = [room for room in first.rooms if all(room in (kind.parts[n].rooms or ()) for n in run)]
        lanes = tuple(lane for room in rooms for lane in board.of.get(room, ()))
        if not lanes:
            return None
        for n in run:
            setup = first.setup if n == run[0] else 0
            stays[n] = (len(needs), setup, last.cleanup if n == run[-1] else 0)
        ends = layout[run[-1]] + last.ticks + last.cleanup
        needs.append(Need(layout[run[0]] - first.setup, ends, lanes))
    return _Roomed(tuple(needs), tuple(stays))
