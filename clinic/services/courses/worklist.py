"""The worklist of a practice: one read, judged, counted by kind, a page at a time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from clinic.db.courses import offers
from clinic.db.courses import worklist as courses
from clinic.db.courses.offers import Waiting
from clinic.db.courses.worklist import Heading, Scope
from clinic.db.unit import Read
from clinic.domain.courses.worklist import Item, Kind, find
from clinic.domain.time import local_date, zone

ORDER: Final = {kind: n for n, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: of one kind (None for all), of the plans in scope, `most` of them from the line `first` on, counted
    from 0; where fewer are left than that, the last ones."""

    kind: Kind | None = None
    scope: Scope = field(default_factory=Scope)
    first: int = 0
    most: int = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Something that needs somebody, with its plan and patient. `late` once its day has passed."""

    item: Item
    plan: Heading
    late: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of lines, the line `first` and those after it; `counts` are of everything in scope by kind, `total` of the
    kind that was asked for."""

    lines: tuple[Line, ...]
    counts: Mapping[Kind, int]
    total: int
    first: int = 0


def worklist(read: Read, asked: Asked, *, now: datetime) -> Worklist:
    """What is asked for, the earliest day first; one day in the order of kinds, plans and sessions."""
    with read() as unit:
        found = courses.load(unit.connection, asked.scope)
        days = {tz: local_date(now, tz) for tz in {course.tz for course in found}}
        today = {course.plan: days[course.tz] for course in found}
        items = [item for course in found for item in find(course, today=today[course.plan])]
        for offer in offers.waiting(unit.connection, asked.scope):
            today[offer.plan] = local_date(now, zone(offer.tz))
            items.append(Item(Kind.OFFERED, offer.patient, offer.plan, None, _ends_on(offer), {}))
        counts = Counter(item.kind for item in items)
        wanted = sorted((item for item in items if asked.kind in (None, item.kind)), key=_rank)
        first = min(asked.first, max(0, len(wanted) - 1) // asked.most * asked.most)
        page = wanted[first : first + asked.most]
        plans = courses.headings(unit.connection, {item.plan for item in page})
    lines = tuple(Line(item, plans[item.plan], item.on < today[item.plan]) for item in page)
    return Worklist(lines, {kind: counts[kind] for kind in Kind}, len(wanted), first)


def _ends_on(offer: Waiting) -> date:
    return local_date(offer.hold_until, zone(offer.tz))


def _rank(item: Item) -> tuple[object, ...]:
    return item.on, ORDER[item.kind], item.plan, item.ordinal or 0
