"""What visits take of people and rooms at a location."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from clinic.domain.practice.site import Site
from clinic.domain.time import ticks_for
from clinic.domain.visits.visit import Visit
from clinic.engine import bitmap


class Span(NamedTuple):
    """Time of a resource at a location; ticks [starts, ends)."""

    resource: int
    location: int
    starts: int
    ends: int


def kept(site: Site, stuck: Iterable[Visit]) -> Iterator[Span]:
    """What visits that stay where they are hold there of people and rooms that have one lane."""
    owners = {("staff", each.id): each.lanes for each in site.staff} | {
        ("room", each.id): each.lanes for each in site.rooms
    }
    for visit in stuck:
        for each in visit.stretches:
            lanes = owners.get(("room", each.room_id or 0), ())
            if len(lanes) == 1:
                yield Span(lanes[0], site.id, each.starts - each.setup, each.ends + each.cleanup)
            lanes = owners.get(("staff", each.staff_id or 0), ())
            if len(lanes) == 1:
                yield Span(lanes[0], site.id, each.starts, each.ends)


def taken(spans: Iterable[Span], site: Site, first: int) -> dict[int, int]:
    """By resource the bits from the tick `first` on that are taken there, with the way from another location."""
    found: dict[int, int] = {}
    for span in spans:
        way = ticks_for(site.travel.get(span.location, 0))
        bits = bitmap.between(span.starts - way - first, span.ends + way - first)
        found[span.resource] = found.get(span.resource, 0) | bits
    return found


def collide(spans: Iterable[Span], blocked: Mapping[int, int], first: int) -> bool:
    """Whether any of them takes bits that are blocked of its resource, from the tick `first` on."""
    return any(blocked.get(each.resource, 0) & bitmap.between(each.starts - first, each.ends - first) for each in spans)
