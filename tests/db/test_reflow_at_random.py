"""Whatever happens to a course, what is accepted never breaks a rule: judged here anew, without the product's own."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from clinic.db import sweep
from clinic.db.connect import open_engine
from clinic.db.tables.practice import practice
from clinic.db.tables.visits import appointment
from clinic.db.unit import Database
from clinic.db.visits import loads
from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Anchor, Phase, Protocol
from clinic.domain.errors import Infeasible
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality
from clinic.domain.time import instant_of, zone
from clinic.domain.visits.visit import GONE, MOVABLE, Status, Visit
from clinic.engine.course import NoCourse
from clinic.services.courses.book import book
from clinic.services.courses.reflow import Reflow
from clinic.services.courses.replan import Seen, look, replan
from clinic.services.courses.tail import Asked
from clinic.services.courses.under_way import UnderWay, under_way
from clinic.services.courses.wanted import Wanted
from clinic.services.visits.change import move, turn
from clinic.services.visits.consequences import consequences, moved_with
from clinic.services.visits.flow import flow
from clinic.services.visits.offers import offers_for_move
from tests.world import ACTOR, NOW, TZ, build

NEEDLING = Component(Modality.DRY_NEEDLING, 20, "dry-needling", "treatment", cleanup_minutes=5)
EXERCISE = Component(Modality.EXERCISE, 30, "exercise", "gym", muscles=("rotator-cuff",))
SHOULDER, NECK = Target(Region.SHOULDER, Side.RIGHT), Target(Region.NECK, Side.LEFT)
SHOULDERS = Target(Region.SHOULDER, Side.BOTH)
BERLIN = zone(TZ)
IN_THE_GATE, AT_ONCE, PROVEN, CHANGES = 30, 6, 600, 6


@dataclass
class Course:
    """One patient's course, and the day on which it stands."""

    database: Database
    plan: str
    random: random.Random
    now: datetime = NOW
    accepted: int = 0

    def stands(self) -> UnderWay:
        with self.database.read() as unit:
            return under_way(unit, self.plan)

    def open(self) -> list[Visit]:
        """The visits that can still be moved."""
        found = (one.visit for one in self.stands().sessions if one.visit is not None)
        return [visit for visit in found if visit.status in MOVABLE and instant_of(visit.starts) > self.now]

    def write(self, asked: Asked, found: Reflow) -> None:
        seen = Seen(found.plan.versions(), found.places())
        replan(self.database.begin, self.database.read, asked, seen=seen, actor=ACTOR, reason="a flare", now=self.now)
        self.accepted += 1

    def look_and_write(self, asked: Asked) -> None:
        found = look(self.database.read, asked, now=self.now)
        if not isinstance(found.outcome, NoCourse):
            self.write(asked, found)


def moved(course: Course, visit: Visit) -> None:
    """To a random free time, with all that has to move too."""
    read, day = course.database.read, instant_of(visit.starts).date() + timedelta(days=course.random.randint(-6, 9))
    offers = [
        one for one in offers_for_move(read, visit.public_id, "patient1", day, now=course.now) if not one.findings
    ]
    if not offers:
        return
    spot = course.random.choice(offers).spot
    found = consequences(read, visit.public_id, spot, now=course.now)
    if found is None:
        version = {"version": visit.version, "actor": ACTOR, "now": course.now}
        move(course.database.begin, read, visit.public_id, spot, **version)  # type: ignore[arg-type]
        course.accepted += 1
    elif found.rest is not None and not isinstance(found.rest.outcome, NoCourse):
        course.write(moved_with(read, visit.public_id, spot), found.rest)


def cancelled(course: Course, visit: Visit) -> None:
    """And a new date is found, as often as not."""
    turn(
        course.database.begin,
        visit.public_id,
        Status.CANCELLED,
        version=visit.version,
        actor=ACTOR,
        reason="patient_ill",
        now=course.now,
    )
    if course.random.random() < 0.7:
        course.look_and_write(Asked(course.plan))


def missed(course: Course, visit: Visit) -> None:
    """All before it took place; it did not, and a new date is found."""
    course.now = instant_of(visit.starts) + timedelta(minutes=20)
    for one in course.stands().sessions:
        if one.visit is not None and one.visit.status in MOVABLE and instant_of(one.visit.starts) <= course.now:
            last = one.visit.id == visit.id
            with course.database.begin() as unit:
                status = one.visit.status.value if last else "done"
                change = update(appointment).where(appointment.c.id == one.visit.id).values(status=status)
                unit.connection.execute(change)
    if visit.status is Status.BOOKED:
        flow(course.database.begin, visit.public_id, Status.NO_SHOW, version=visit.version, actor=ACTOR, now=course.now)
        course.look_and_write(Asked(course.plan))


def widened(course: Course, visit: Visit) -> None:
    """After a flare; some other visit is to stay where it is."""
    ordinals = [one.ordinal for one in course.stands().sessions if one.visit is not None and one.visit.id != visit.id]
    keep = (
        frozenset(course.random.sample(ordinals, min(1, len(ordinals))))
        if course.random.random() < 0.3
        else frozenset()
    )
    course.look_and_write(Asked(course.plan, keep=keep, gap_after=course.random.randint(2, 12)))


WAYS: tuple[Callable[[Course, Visit], None], ...] = (moved, moved, cancelled, missed, widened)


def protocol(chance: random.Random) -> Protocol:
    phases = []
    for n in range(chance.randint(1, 2)):
        least = chance.randint(2, 5)
        ideal, most = least + chance.randint(0, 2), least + chance.randint(3, 7)
        components = chance.choice(((NEEDLING,), (NEEDLING, replace(EXERCISE, apart=True)), (EXERCISE,)))
        floor = chance.choice((48, 72)) if least < 4 else None
        phases.append(Phase(f"P{n}", chance.randint(2, 4), least, ideal, most, components, floor))
    return Protocol("random", 1, "Random", "", tuple(phases), chance.choice(tuple(Anchor)), 60)


def begun(database: Database, chance: random.Random) -> Course | None:
    build(database)
    with database.begin() as unit:
        unit.connection.execute(update(practice).values(most_visits_a_week=chance.choice((2, 3, 5)), horizon_days=90))
    targets, turns = chance.choice((((SHOULDER,), False), ((SHOULDER, NECK), False), ((SHOULDERS,), True)))
    wishes = chance.choice((None, None, Preferences(therapist="staff2", therapist_required=True)))
    first = NOW.date() + timedelta(days=3)
    wanted = Wanted("patient1", "loc1", protocol(chance), first, targets, wishes, alternate=turns)
    try:
        booked = book(database.begin, database.read, wanted, actor=ACTOR, now=NOW)
    except Infeasible:
        return None
    return Course(database, booked.plan, chance)


def faults(course: Course) -> Iterator[str]:
    """What is broken: gaps, hours between needlings of a region, visits a day and week; the sweep finds overlaps."""
    stands = course.stands()
    own = sorted(((one.visit.starts, one) for one in stands.sessions if one.visit), key=lambda each: each[0])
    starts = [instant_of(at).astimezone(BERLIN).replace(tzinfo=None) for at, _ in own]
    for n, (_, session) in enumerate(own):
        before = [m for m in range(n) if meet(session.treatment.needles, session.targets, own[m][1])]
        counted = n - 1
        if stands.row.protocol.anchor is Anchor.NEEDLING and session.treatment.needles and before:
            counted = before[-1]
        elif stands.row.protocol.anchor is Anchor.NEEDLING and session.treatment.needles:
            continue
        if n and (starts[n].date() - starts[counted].date()).days < session.planned.phase.gap_min:
            yield f"gap before {session.ordinal}"
        floor = timedelta(hours=session.planned.phase.floor)
        if any(starts[n] - starts[m] < floor for m in before):
            yield f"hours before {session.ordinal}"
    with course.database.read() as unit:
        visits = loads.of_patient(unit.connection, stands.row.patient_id)
        yield from (fault.code for fault in sweep.faults(unit.connection))
        most = unit.connection.execute(practice.select()).mappings().one()["most_visits_a_week"]
    days = [instant_of(visit.starts).astimezone(BERLIN).date() for visit in visits if visit.status not in GONE]
    yield from (f"{count} visits on {on}" for on, count in Counter(days).items() if count > 1)
    weeks = Counter(on.isocalendar()[:2] for on in days)
    yield from (f"{count} visits in week {week}" for week, count in weeks.items() if count > most)


def meet(needles: bool, targets: tuple[Target, ...], other: object) -> bool:
    treatment = other.treatment  # type: ignore[attr-defined]
    regions = {(target.region, target.side) for target in targets}
    return bool(needles and treatment.needles and regions & {(one.region, one.side) for one in treatment.targets})


def run(database: Database, seed: int) -> int:
    """How many changes of a random sequence were accepted; raises when one breaks a rule."""
    chance = random.Random(seed)
    course = begun(database, chance)
    if course is None:
        return 0
    for _ in range(CHANGES):
        visits = course.open()
        if not visits:
            break
        way = chance.choice(WAYS)
        way(course, chance.choice(visits))
        found = list(faults(course))
        assert found == [], (seed, way.__name__, found)
    return course.accepted


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Callable[[int], Database]:
    def make(n: int) -> Database:
        path = tmp_path / f"{n}.db"
        path.write_bytes(sqlite_template.read_bytes())
        return Database(open_engine(f"sqlite:///{path}"))

    return make


def many(fresh: Callable[[int], Database], seeds: range) -> int:
    accepted = 0
    for seed in seeds:
        database = fresh(seed)
        accepted += run(database, seed)
        database.engine.dispose()
    return accepted


@pytest.mark.oracle
@pytest.mark.parametrize("first", range(0, IN_THE_GATE, AT_ONCE))
def test_no_accepted_change_breaks_a_rule(fresh: Callable[[int], Database], first: int) -> None:
    assert many(fresh, range(first, first + AT_ONCE)) > AT_ONCE


@pytest.mark.prove
def test_no_accepted_change_breaks_a_rule_in_many_sequences(fresh: Callable[[int], Database]) -> None:
    assert many(fresh, range(IN_THE_GATE, PROVEN)) > PROVEN
