"""Who of those that wait would fit a time that became free, and what his visit would take of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from clinic.db.unit import Unit
from clinic.db.visits import loads, waiting
from clinic.db.visits.freed import Freed
from clinic.db.visits.waiting import Waiting
from clinic.domain.care.findings import Finding, Level
from clinic.domain.time import instant_of, local_date, zone
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.changes import Book, Move
from clinic.domain.visits.visit import AWAITED, Stretch
from clinic.domain.visits.waiting import rank
from clinic.engine.slots import chosen, slots
from clinic.services.apply.gate import foresee
from clinic.services.courses.gaps import full
from clinic.services.visits.offers import new_visit, open_for_single
from clinic.services.visits.own_times import may_lead, sooner
from clinic.services.visits.wanted import WantedVisit

MOST: Final = 8
"""More are not asked at once."""

LOOKED: Final = 40
"""So many calendars are looked into at once: each takes some statements, and a long list would take a minute."""


@dataclass(frozen=True, slots=True)
class Fit:
    """An entry that fits, the change that would give it the time, how many days that is off its course's planned gap,
    and what the safety rules remark."""

    entry: Waiting
    change: Book | Move
    off_days: int = 0
    remarks: tuple[Finding, ...] = ()

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        return self.change.stretches if isinstance(self.change, Move) else self.change.visit.stretches

    @property
    def starts(self) -> int:
        return self.stretches[0].starts

    @property
    def ends(self) -> int:
        return self.stretches[-1].ends


class Fits(NamedTuple):
    """Who fits, in the order in which they are asked; how many were looked at up to here, and how many it could suit
    besides, at whom nobody has looked."""

    found: tuple[Fit, ...]
    looked: int
    left: int


def fits(unit: Unit, free: Freed, *, after: int = 0, now: datetime) -> Fits:
    """At most eight of those whom it could suit, the first `after` of them left out; each at the first start within the
    time that suits him."""
    on = local_date(instant_of(free.starts), zone(free.tz))
    listed = [
        each
        for each in waiting.suited(unit.connection, free.location_id, on, free.ends)
        if _suiting(free, each, 1, None, now)
    ]
    found: list[Fit] = []
    looked = after
    for entry in sorted(listed, key=lambda each: rank(each, 0, now=now))[after : after + LOOKED]:
        looked += 1
        one = fit(unit, free, entry, now=now)
        if one is not None:
            found.append(one)
        if len(found) == MOST:
            break
    ordered = sorted(found, key=lambda each: rank(each.entry, each.off_days, now=now))
    return Fits(tuple(ordered), looked, max(0, len(listed) - looked))


def fit(unit: Unit, free: Freed, entry: Waiting, *, start: int | None = None, now: datetime) -> Fit | None:
    """How the entry fits; None where it does not. At that `start` and no other where one is given: then what he wished
    is not asked again, he said yes."""
    held = [free.held_id] if free.held_id is not None else []
    if entry.visit is None:
        return _single(unit, free, entry, start, held, now=now)
    visit = loads.visit(unit.connection, entry.visit)
    starts = _suiting(free, entry, visit.ends - visit.starts, start, now)
    if visit.status not in AWAITED or visit.starts < free.ends or not starts:
        return None
    how = sooner(unit, visit, entry.patient, free.therapist, starts, given_up=held, now=now)
    return None if how is None else Fit(entry, Move(visit, how.stretches), how.off_days)


def _suiting(free: Freed, entry: Waiting, ticks: int, start: int | None, now: datetime) -> list[int]:
    """The starts within the time at which a visit of so many ticks suits him; the one that he said yes to."""
    if start is not None:
        return [start]
    return [each for each in range(free.starts, free.ends) if _takes(free, entry, each, each + ticks, now)]


def _takes(free: Freed, entry: Waiting, starts: int, ends: int, now: datetime) -> bool:
    begins, until = (instant_of(tick).astimezone(zone(free.tz)) for tick in (starts, ends))
    return entry.suits.takes(begins, until, free.therapist, now=now)


def _single(
    unit: Unit, free: Freed, entry: Waiting, start: int | None, held: Sequence[int], *, now: datetime
) -> Fit | None:
    if not _suiting(free, entry, 1, start, now):
        return None  # before his calendar is read
    wanted = WantedVisit(entry.patient, entry.location, single(entry.single), entry.targets)
    on = local_date(instant_of(free.starts), zone(free.tz))
    found = open_for_single(unit, wanted, on, given_up=held, now=now)
    others = [one for one in loads.of_patient(unit.connection, entry.patient_id) if one.id not in held]
    if full(found.site, others, on) or not may_lead(found.times.preferences, found.site, free.therapist):
        return None
    day = found.openings.calendars.horizon.index(on)
    starts = _suiting(free, entry, found.openings.ways[0].ticks, start, now)
    could = [each.start for each in slots(found.openings, 1 << day) if free.therapist in each.therapists]
    choices = [chosen(found.openings, each, free.therapist) for each in could if each in starts]
    if not choices:
        return None
    change = Book(new_visit(found, wanted, choices[0]))
    said = foresee(unit, change, [found.stretches(choice) for choice in choices])
    for choice, findings in zip(choices, said, strict=True):
        if all(each.level is Level.WARN for each in findings):
            visit = replace(change.visit, stretches=found.stretches(choice))
            return Fit(entry, Book(visit), remarks=findings)
    return None
