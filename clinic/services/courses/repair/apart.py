"""The distance of a patient's needlings from those that find no place: these stay where they are, and count."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import NamedTuple

from clinic.domain.care.rules import Needling
from clinic.domain.courses.protocol import DEFAULT_FLOOR_HOURS
from clinic.domain.time import instant_of
from clinic.engine.repair.values import Need
from clinic.services.courses.distances import Others, kept_from
from clinic.services.courses.repair.chains import Link
from clinic.services.courses.repair.gather import Person
from clinic.services.courses.repair.together import Runs
from clinic.services.courses.repair.ways import Held


class Near(NamedTuple):
    """A visit may not begin at the bits [begin, end) while another one stays where it is; both by public id."""

    visit: str
    other: str
    begin: int
    end: int


def nears(runs: Runs) -> Iterator[Near]:
    """Of all that is placed at once, for the patients of whom it is asked."""
    links: dict[int, list[Link]] = {}
    for person, run in runs:
        if person.apart:
            links.setdefault(person.times.id, []).extend(link for link in run.links if link.visit.needles)
    people = {person.times.id: person for person, _ in runs}
    for id_, own in links.items():
        for link, other in permutations(own, 2):
            yield from _near(people[id_], link, other)


def _near(person: Person, link: Link, other: Link) -> Iterator[Near]:
    there = Others((), (Needling(other.visit.targets, instant_of(other.visit.starts)),))
    floor = DEFAULT_FLOOR_HOURS if link.phase is None else link.phase.floor
    for blocked in kept_from(there, link.visit.targets, floor, person.placed):
        first = (blocked.starts & -blocked.starts).bit_length() - 1
        yield Near(link.visit.public_id, other.visit.public_id, first, blocked.starts.bit_length())


def taking(held: Sequence[Held], lane: int) -> tuple[Held, ...]:
    """The ways, each taking the lane as it begins."""
    need = Need(0, 1, (lane,))
    return tuple(one._replace(way=replace(one.way, needs=(*one.way.needs, need))) for one in held)
