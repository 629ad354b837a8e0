"""Several courses of one patient in one solution: his visits exclude one another, and no day or week gets too many."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from clinic.domain.practice.site import Site
from clinic.domain.time import TICKS_PER_HOUR, instant_of, local_date, ticks_for
from clinic.domain.visits.visit import Visit
from clinic.engine.kind import Kind
from clinic.engine.repair.values import Need
from clinic.services.courses.repair.chains import Run
from clinic.services.courses.repair.gather import Person
from clinic.services.courses.repair.ways import Board, Held

HALF_A_DAY: Final = 12 * TICKS_PER_HOUR

Runs = Sequence[tuple[Person, Run]]


def _several(runs: Runs) -> dict[int, Person]:
    """The patients, by key, of whom more than one course, or visit that stands alone, is placed at once."""
    found: dict[int, set[int]] = {}
    for person, run in runs:
        own = -run.links[0].visit.id if run.plan is None else run.plan.id
        found.setdefault(person.times.id, set()).add(own)
    return {person.times.id: person for person, _ in runs if len(found[person.times.id]) > 1}


def lanes_of(board: Board, runs: Runs) -> dict[int, int]:
    """A lane for each of these patients, by key, so that none of his visits excludes another unseen."""
    return {
        id_: board.add_lane(person.times.public_id, person.times.resource_id) for id_, person in _several(runs).items()
    }


def with_patient(board: Board, kind: Kind, held: Sequence[Held], lane: int) -> tuple[Held, ...]:
    """The ways, each taking the patient too: for as long as it lasts; or, where he may come once a day and the place is
    open for half a day at most, for so long as that, so that no other visit of the day fits."""
    site, ticks = board.site, board.calendars.horizon.ticks
    opened = max((ticks_for(each.ends_minute) for each in site.hours), default=0)
    opened -= min((ticks_for(each.starts_minute) for each in site.hours), default=0)

    def wanted() -> Iterator[Held]:
        for one in held:
            own = one.reading.begins[-1] + kind.parts[-1].ticks
            whole = site.most_visits_a_day == 1 and own <= opened <= HALF_A_DAY
            fits = whole and not one.way.starts >> max(0, ticks - opened)
            need = Need(0, opened if fits else own, (lane,))
            yield one._replace(way=replace(one.way, needs=(*one.way.needs, need)))

    return tuple(wanted())


def crowded(site: Site, runs: Runs, moved: dict[int, Visit]) -> set[int]:
    """The patients of whom several courses were placed at once and who would have more visits on a day or in a week
    than are planned for one."""
    return {id_ for id_, person in _several(runs).items() if _too_many(site, person, moved)}


def _too_many(site: Site, person: Person, moved: dict[int, Visit]) -> bool:
    visits = [moved.get(visit.id, visit) for visit in person.visits]
    days = [local_date(instant_of(visit.starts), site.tz) for visit in visits]
    mine = {day for day, visit in zip(days, visits, strict=True) if visit.id in moved}
    weeks = Counter(day.isocalendar()[:2] for day in days)
    return any(
        days.count(day) > site.most_visits_a_day or weeks[day.isocalendar()[:2]] > site.most_visits_a_week
        for day in mine
    )
