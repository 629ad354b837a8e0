"""The demo's weeks, lived day by day through the services: booked, moved, cancelled, treated, reassessed, written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from clinic.cli.demo.plots import Fate, Plot, Visit
from clinic.cli.demo.writing import write_down
from clinic.db.care import consents as signatures
from clinic.db.care import screening as kept
from clinic.db.courses import reads as courses
from clinic.db.courses.reads import SessionRow
from clinic.db.unit import Database
from clinic.db.visits import loads, reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.access.actors import Actor
from clinic.domain.care.consents import Capacity, NewConsent, Way, is_minor
from clinic.domain.care.screening import Answers, DayAnswers
from clinic.domain.courses.tailoring import tailored
from clinic.domain.errors import Conflict, Infeasible, Refused
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.time import at_wall, instant_of, local_date, tick_floor
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.visit import Status
from clinic.services.care.consents import give
from clinic.services.care.screening import answer, reaffirm
from clinic.services.courses.book import book
from clinic.services.courses.protocols import protocol
from clinic.services.courses.wanted import Wanted
from clinic.services.visits import book as visits
from clinic.services.visits.change import move, turn
from clinic.services.visits.flow import flow
from clinic.services.visits.offers import offers_for_move, offers_for_single
from clinic.services.visits.reassess import mark, settle
from clinic.services.visits.start import start
from clinic.services.visits.wanted import WantedVisit

DAY: Final = (Status.ARRIVED, Status.IN_SESSION, Status.DONE)
PUT_OFF: Final = (Fate.PUT_OFF, Fate.EXPIRES)
PUT_OFF_DAYS: Final = 14
UNWRITTEN: Final = range(2)
"""How long ago the visits were whose records still wait to be signed, in days."""
NOT_TODAY: Final = (Infeasible, Refused, Conflict)
"""What the world answers to a booking that it has no room for; the demo lives on without it."""


@dataclass(slots=True)
class Story:
    """`patients` and `locations` are public ids, by number and by code; `write` sends the letters that are due."""

    database: Database
    actor: Actor
    random: Random
    tz: ZoneInfo
    today: date
    patients: Sequence[str]
    locations: Mapping[str, tuple[str, int]]
    write: Callable[[datetime], None]
    plans: dict[str, Plot] = field(default_factory=dict)
    asking: Database = field(init=False)

    def __post_init__(self) -> None:
        """What is asked draws its ids elsewhere, so that it changes nobody's fate."""
        self.asking = replace(self.database, entropy=Random("asked").randbytes)  # noqa: S311 - an invented world

    def at(self, day: date, minutes: int) -> datetime:
        return at_wall(day, minutes, self.tz)

    def live(self, plots: Sequence[Plot], singles: Sequence[Visit], now: datetime) -> None:
        """Every day from the first booking to today, until `now`."""
        first = self.today + timedelta(days=plots[0].booked)
        for n in range((self.today - first).days + 1):
            day = first + timedelta(days=n)
            moment = self.at(day, 7 * 60)
            since = (day - self.today).days
            for plot in plots:
                if plot.booked == since:
                    moment += timedelta(minutes=4)
                    self._course(plot, moment)
            for visit in singles:
                if visit.on - visit.ahead == since:
                    moment += timedelta(minutes=3)
                    self._single(visit, moment)
            self._treat(day, min(now, self.at(day, 21 * 60)))
            self._change_plans(day, min(now, self.at(day, 19 * 60)))
            self.write(min(now, self.at(day, 21 * 60)))

    def _course(self, plot: Plot, now: datetime) -> None:
        case, begin, read = plot.case, self.database.begin, self.database.read
        if case is not None:
            who, said = self.patients[plot.patient], case.said
            answer(self.asking.begin, who, said, questions=1, version=0, actor=self.actor, now=now)
        wanted, offer = self._wanted(plot, now), plot.fate is Fate.OFFERED
        reason = "" if case is None else case.reason
        try:
            plan = book(begin, read, wanted, actor=self.actor, reason=reason, offer=offer, now=now).plan
        except NOT_TODAY:
            return
        self.plans[plan] = plot

    def _wanted(self, plot: Plot, now: datetime) -> Wanted:
        chosen, case = protocol(plot.protocol), plot.case
        if case is None:
            side = self.random.choice((Side.LEFT, Side.RIGHT))
            targets = tuple(Target(region, _side(region, side)) for region in chosen.regions)
        else:
            chosen, targets = tailored(chosen, case.measures), (case.target,)
        return Wanted(
            self.patients[plot.patient],
            self.locations[plot.location][0],
            chosen,
            local_date(now, self.tz) + timedelta(days=1),
            targets,
            authorised_until=_later(local_date(now, self.tz), plot.authorised_days),
        )

    def _single(self, visit: Visit, now: datetime) -> None:
        kind = single(visit.single)
        targets = (Target(Region.LUMBAR, Side.RIGHT),) if kind.needles else ()
        wanted = WantedVisit(self.patients[visit.patient], self.locations[visit.location][0], kind, targets)
        on = self.today + timedelta(days=visit.on)
        found = offers_for_single(self.database.read, wanted, on, now=now)
        offers = [offer.spot for offer in found if offer.on == on and not offer.needs_reason]
        if offers:
            spot = self.random.choice(offers)
            visits.book(self.database.begin, self.database.read, wanted, spot, actor=self.actor, now=now)

    def _treat(self, day: date, now: datetime) -> None:
        """What was agreed for the day, as far as it has come."""
        first, last = tick_floor(self.at(day, 0)), tick_floor(self.at(day, 24 * 60))
        with self.database.read() as unit:
            rows = [row for _, id_ in self.locations.values() for row in reads.board(unit.connection, id_, first, last)]
        for row in sorted(rows, key=lambda row: (row.starts, row.public_id)):
            if row.stretch == 0 and row.status == Status.BOOKED and instant_of(row.starts) <= now:
                self._visit(row, now)

    def _visit(self, row: VisitRow, now: datetime) -> None:
        plot = self.plans.get(row.plan_public_id or "")
        if plot is not None and plot.fate is Fate.MISSED and row.ordinal == 2:
            self._flow(row, 0, Status.NO_SHOW, instant_of(row.starts) + timedelta(minutes=20))
            return
        times = (instant_of(row.starts), instant_of(row.starts) + timedelta(minutes=2), instant_of(row.ends))
        if times[1] <= now:
            self._ask(row, times[0])
        for n, (status, then) in enumerate(zip(DAY, times, strict=True)):
            if then <= now:
                self._flow(row, n, status, then)
        if times[-1] <= now and (self.today - local_date(now, self.tz)).days not in UNWRITTEN:
            write_down(self.asking, row.public_id, row.ordinal, actor=self.actor, now=times[-1])
        if plot is not None and times[-1] <= now:
            self._reassess(row.plan_public_id or "", plot, times[-1] + timedelta(minutes=5))

    def _ask(self, row: VisitRow, now: datetime) -> None:
        """Before the first needling the patient is asked and signs, before each whether anything changed."""
        begin, patient = self.asking.begin, row.patient_public_id
        with self.database.read() as unit:
            stretches = loads.visit(unit.connection, row.public_id).stretches
            known = kept.latest(unit.connection, row.patient_id)
            signed = {one.modality for one in signatures.of_patient(unit.connection, row.patient_id)}
        needled = {one for stretch in stretches for one in stretch.modalities if one.needles}
        if needled and known is None:
            answer(begin, patient, Answers(), questions=1, version=0, actor=self.actor, now=now)
        capacity = Capacity.GUARDIAN if is_minor(row.born_on, local_date(now, self.tz)) else Capacity.PATIENT
        for modality in sorted(needled - signed):
            new = NewConsent(modality, (), True, 1, "en", row.patient.strip(), capacity, Way.SCREEN)
            give(begin, patient, new, actor=self.actor, now=now)
        if needled:
            version = 1 if known is None else known.version
            reaffirm(begin, row.public_id, DayAnswers(), changed=False, version=version, actor=self.actor, now=now)

    def _flow(self, row: VisitRow, step: int, status: Status, now: datetime) -> None:
        begin, version = self.database.begin, row.version + step
        if status is not Status.IN_SESSION:
            flow(begin, row.public_id, status, version=version, actor=self.actor, now=now)
            return
        case = self.plans[row.plan_public_id].case if row.plan_public_id in self.plans else None
        reason = "" if case is None else case.reason
        start(begin, row.public_id, needling=True, version=version, actor=self.actor, reason=reason, now=now)

    def _reassess(self, plan: str, plot: Plot, now: datetime) -> None:
        """Mark the reassessment that is due, unless the course waits for it, and settle what is pencilled."""
        with self.database.read() as unit:
            row = courses.plan_row(unit.connection, plan)
            sessions = courses.sessions(unit.connection, row.id)
        over = all(one.status == Status.DONE for one in sessions if one.kind == "treatment")
        due = [one for one in sessions if one.reassess and one.reassessed_at is None]
        due = [one for one in due if one.status == Status.DONE or (over and plot.fate is Fate.COMPLETED)]
        if not due or plot.fate is Fate.WAITS:
            return
        outcome = "stop" if plot.fate is Fate.STOPPED else "continue"
        for n, one in enumerate(due):
            begin, version = self.database.begin, row.version + n
            mark(begin, plan, one.public_id, outcome, version=version, actor=self.actor, now=now)
        pencilled = any(one.status == Status.PENCILLED for one in sessions)
        if outcome == "continue" and pencilled and plot.fate is not Fate.UNDECIDED:
            status = Status.RELEASED if plot.fate is Fate.GIVEN_UP else Status.BOOKED
            version = row.version + len(due)
            settle(self.database.begin, plan, status, version=version, actor=self.actor, now=now)

    def _change_plans(self, day: date, now: datetime) -> None:
        """A visit of some courses, two days after they were booked, or today at the latest."""
        for plan, plot in self.plans.items():
            change = min(plot.booked + 2, 0)
            changes = plot.fate in (Fate.CANCELLED, Fate.MOVED, *PUT_OFF)
            if changes and day == self.today + timedelta(days=change):
                with self.database.read() as unit:
                    row = courses.plan_row(unit.connection, plan)
                    sessions = courses.sessions(unit.connection, row.id)
                treatments = [one for one in sessions if one.kind == "treatment"]
                one = treatments[-1 if plot.fate in PUT_OFF else 1]
                if one.visit is not None and one.status == Status.BOOKED:
                    self._change(plot, one.visit, one, row.patient_public_id, now)

    def _change(self, plot: Plot, visit: str, row: SessionRow, patient: str, now: datetime) -> None:
        begin, read, version, starts = self.database.begin, self.database.read, row.version or 1, row.starts or 0
        if plot.fate is Fate.CANCELLED:
            reason = "Away for work, calls again for another time"
            turn(begin, visit, Status.CANCELLED, version=version, actor=self.actor, reason=reason, now=now)
            return
        first_on = local_date(instant_of(starts), self.tz)
        if plot.fate in PUT_OFF:
            first_on += timedelta(days=PUT_OFF_DAYS)
        found = offers_for_move(read, visit, patient, first_on, now=now)
        offers = [offer.spot for offer in found if not offer.needs_reason]
        if offers:
            to = min(offers, key=lambda spot: abs(spot.start - starts))
            move(begin, read, visit, to, version=version, actor=self.actor, now=now)


def _later(day: date, days: int | None) -> date | None:
    return None if days is None else day + timedelta(days=days)


def _side(region: Region, side: Side) -> Side:
    """Headaches and low backs are treated on both sides."""
    return Side.BOTH if region in (Region.HEAD, Region.NECK, Region.LUMBAR) else side
