"""What the safety rules say to a repair: what is not proposed, and what is not tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clinic.db.unit import Unit
from clinic.domain.care.findings import Finding, Level
from clinic.domain.time import DAY_TICKS, instant_of, local_date
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Stretch, Visit
from clinic.engine import bitmap
from clinic.engine.kind import Reason
from clinic.services.apply.gate import foresee, foretell
from clinic.services.courses.repair.gather import Person, Place

Moved = Mapping[int, tuple[Visit, Visit]]
Against = Mapping[int, Finding]

NEAR = frozenset({26, 27})
"""The rules that keep needlings of one region apart."""


def against(unit: Unit, moved: Moved) -> dict[int, Finding]:
    """The visits, by key, to leave out with why, so that no rule forbids what is left or wants a reason for it. `moved`
    are old and new of each."""
    by_patient: dict[int, list[int]] = {}
    for old, _ in moved.values():
        by_patient.setdefault(old.patient_id, []).append(old.id)
    found: dict[int, Finding] = {}
    for ids in by_patient.values():
        while ids and (first := _first(unit, moved, ids)):
            visit_id, finding = first
            found[visit_id] = finding
            ids.remove(visit_id)
    return found


def _first(unit: Unit, moved: Moved, ids: Sequence[int]) -> tuple[int, Finding] | None:
    """The first of a patient's moves that a rule speaks against."""
    changes = [Move(moved[id_][0], moved[id_][1].stretches) for id_ in ids]
    for at, findings in foretell(unit, changes).items():
        for finding in findings:
            if finding.level is not Level.WARN:
                return ids[at], finding
    return None


def barring(unit: Unit, places: Sequence[Place], moved: Moved, speaking: Against) -> tuple[Place, ...]:
    """The same where each visit that a rule speaks against is not looked for on days on which it would again; where
    those are all, it does not move. Where it comes too near to one that finds no place, that one is kept away from
    first."""
    return tuple(
        replace(place, people=tuple(_barred(unit, person, moved, speaking) for person in place.people))
        for place in places
    )


def _barred(unit: Unit, person: Person, moved: Moved, speaking: Against) -> Person:
    barred, refused, every = dict(person.barred), dict(person.refused), person.placed.days.horizon.days
    mine = person.moving & speaking.keys()
    if not person.apart and person.moving - moved.keys() and any(speaking[each].rule in NEAR for each in mine):
        return replace(person, apart=True)
    for visit_id in mine:
        finding = speaking[visit_id]
        barred[visit_id] = barred.get(visit_id, 0) | _days(unit, person, moved[visit_id], finding)
        if barred[visit_id].bit_count() == every:
            refused[visit_id] = Reason(finding.code, finding.params)
    return replace(person, barred=barred, refused=refused)


def _days(unit: Unit, person: Person, moved: tuple[Visit, Visit], finding: Finding) -> int:
    """The days, a bitmap, on which the rule speaks against the visit as it was to be."""
    old, new = moved
    horizon, tz = person.placed.days.horizon, person.placed.site.tz
    here = horizon.index(local_date(instant_of(new.starts), tz))
    elsewhere = [_shifted(new.stretches, day - here) for day in range(horizon.days)]
    said = foresee(unit, Move(old, new.stretches), elsewhere)
    codes = ({each.code for each in findings if each.level is not Level.WARN} for findings in said)
    return bitmap.union(
        bitmap.between(day, day + 1) for day, spoken in enumerate(codes) if day == here or finding.code in spoken
    )


def _shifted(stretches: Sequence[Stretch], days: int) -> tuple[Stretch, ...]:
    """So many days later."""
    ticks = days * DAY_TICKS
    return tuple(replace(each, starts=each.starts + ticks, ends=each.ends + ticks) for each in stretches)
