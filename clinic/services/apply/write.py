"""Writing changes: rows, claims, versions, audit and obligations in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.care import overrides, settings
from clinic.db.courses import writes as courses
from clinic.db.messages import jobs, tasks
from clinic.db.unit import Unit
from clinic.db.visits import claims, writes
from clinic.db.visits.steps import UNDONE
from clinic.db.visits.writes import Placed
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Written
from clinic.domain.courses.home import Planned
from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, text
from clinic.domain.visits.answer import ASKS
from clinic.domain.visits.changes import Answered, Book, Change, HandOver, Move, Open, Reassessed, Settled, Turn, Widen
from clinic.domain.visits.visit import GONE, Status, Stretch, Visit
from clinic.domain.visits.waiting_changes import Waited
from clinic.services.apply import planning, recording, waitlist
from clinic.services.apply.gate import Overridden, pass_gate
from clinic.services.apply.holding import Lanes, Taking, taking
from clinic.services.apply.owed import owe
from clinic.services.apply.permission import permission_of
from clinic.services.apply.places import stay_within
from clinic.services.apply.rows import (
    appointment_row,
    arrived_values,
    led_to,
    moved_values,
    standing,
    turned_values,
    twice_row,
)

BEGUN = {Status.PENCILLED: "visit.pencil", Status.HELD: "visit.keep"}
"""How the audit trail calls a visit that is not booked yet."""

OFFER = "offer"
"""The job that ends an offer which nobody answered."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was written: the plan that was opened and the visits that were booked, by public id in the changes' order,
    and how many findings the reason set aside."""

    plan: str | None
    visits: tuple[str, ...]
    overridden: int


def apply(unit: Unit, changes: tuple[Change, ...], *, actor: Actor, reason: str = "", now: datetime) -> Applied:
    """Write every change or none. The caller holds the resources.

    `reason` is kept with cancellations and with what it overrides, at most 200 characters.
    Raises Forbidden, Refused (a safety rule, or not there), SlotTaken (the time is held), Stale (a version moved on).
    """
    text("reason", reason, LINE)
    for change in changes:
        actor.require(permission_of(change))
        stay_within(unit, change, permission_of(change), actor)
        if isinstance(change, Book) and change.overbooks and not reason.strip():
            raise Invalid("overbook_reason", field="reason")
    passed = pass_gate(unit, changes, reason=reason)
    if passed.set_aside:
        actor.require("rule.override")
    spoken = [(rule, "warned") for rule in passed.warned]
    settings.spoke(unit.connection, spoken + [(one.finding.rule, "overridden") for one in passed.set_aside], now)
    return _Writing(unit, changes, actor, reason, now).run(passed.set_aside)


class _Writing:
    """One call of `apply`: what it has written so far, for the audit entries and obligations at its end."""

    def __init__(self, unit: Unit, changes: tuple[Change, ...], actor: Actor, reason: str, now: datetime) -> None:
        self.unit, self.changes, self.actor, self.reason, self.now = unit, changes, actor, reason, now
        self.entries: list[Entry] = []
        self.opened: dict[int, int] = {}
        self.touched: set[int] = set()
        self.plan_id: int | None = None
        self.plan_public: str | None = None

    def run(self, set_aside: tuple[Overridden, ...]) -> Applied:
        for change in self.changes:
            if isinstance(change, Open):
                self._open(change)
            elif isinstance(change, Reassessed):
                self._reassessed(change)
            elif isinstance(change, HandOver):
                self._hand_over(change)
            elif isinstance(change, Widen):
                self._widen(change)
            elif isinstance(change, Settled):
                self._settle(change)
            elif isinstance(change, Planned):
                self.entries.append(planning.write(self.unit, change, actor=self.actor, now=self.now))
            elif isinstance(change, Waited):
                self.entries.append(waitlist.write(self.unit, change, actor=self.actor, now=self.now))
            elif isinstance(change, Written):
                self.entries.append(recording.write(self.unit, change, actor=self.actor, now=self.now))
        self._give_back()
        moved = [change for change in self.changes if isinstance(change, Move)]
        booked = [change for change in self.changes if isinstance(change, Book)]
        self._turn()  # before the bookings: a session whose visit goes may get another
        self._answer()
        self._settle_tasks()
        keys, uids, public = self._book(booked)
        self._claim(booked, keys, moved)
        courses.complete(self.unit.connection, self.touched)
        audit.append(self.unit.connection, self.entries, actor=self.actor, now=self.now)
        self._keep_overrides(set_aside, dict(zip((id(change) for change in booked), keys, strict=True)))
        waitlist.keep_freed(self.unit, self.changes, self.now)
        owe(self.unit, self.changes, booked=list(zip(booked, keys, uids, strict=True)), now=self.now)
        return Applied(self.plan_public, tuple(public), len(set_aside))

    def _open(self, change: Open) -> None:
        plan = change.plan
        self.plan_public = self.unit.public_id()
        self.plan_id = courses.add(
            self.unit.connection, plan, self.plan_public, self.now, offered=change.offer is not None
        )
        ids = [self.unit.public_id() for _ in plan.sessions]
        self.opened = courses.add_sessions(self.unit.connection, self.plan_id, plan, list(ids))
        courses.add_reviews(self.unit.connection, self.plan_id, plan, [self.unit.public_id() for _ in plan.reviews])
        detail = {"protocol": plan.protocol.key, "revision": plan.protocol.version, "sessions": len(plan.sessions)}
        self.entries.append(Entry("plan.write", "plan.open", "plan", self.plan_id, plan.patient_id, detail))
        if change.offer is not None:
            courses.offer(self.unit.connection, self.plan_id, change.offer, self.actor.name, self.now)
            due = (f"{OFFER}:{self.plan_id}", change.offer.hold_until, {"plan": self.plan_public})
            jobs.put(self.unit.connection, OFFER, *due)

    def _settle(self, change: Settled) -> None:
        courses.touch(self.unit.connection, change.plan_id, change.plan_version)
        courses.settle(self.unit.connection, change, self.actor.name, self.now)
        detail = {"outcome": change.outcome.value}
        entry = Entry(permission_of(change), "plan.offer", "plan", change.plan_id, change.patient_id, detail)
        self.entries.append(entry)

    def _reassessed(self, change: Reassessed) -> None:
        courses.touch(self.unit.connection, change.plan_id, change.plan_version)
        courses.reassessed(self.unit.connection, change.session_id, change.outcome, self.now)
        if change.outcome == "stop":
            courses.stop(self.unit.connection, change.plan_id)
        self.touched.add(change.plan_id)
        detail = {"session": change.session_id, "outcome": change.outcome}
        self.entries.append(Entry("reassessment.mark", "plan.reassessed", "plan", change.plan_id, None, detail))

    def _hand_over(self, change: HandOver) -> None:
        courses.touch(self.unit.connection, change.plan_id, change.plan_version)
        courses.lead(self.unit.connection, change.plan_id, change.staff_id, change.preferences)
        detail = {"lead": change.staff_id}
        self.entries.append(Entry("plan.write", "plan.handover", "plan", change.plan_id, None, detail))

    def _widen(self, change: Widen) -> None:
        courses.touch(self.unit.connection, change.plan_id, change.plan_version)
        told = (change.reason, self.actor.name, self.now)
        first = courses.widen(self.unit.connection, change.session_id, change.days, *told)
        detail = {"session": change.session_id, "days": change.days, "version": change.plan_version + 1, "first": first}
        self.entries.append(Entry("visit.move", "plan.gap", "plan", change.plan_id, None, detail))

    def _give_back(self) -> None:
        gone = [c.visit.id for c in self.changes if isinstance(c, Turn) and c.status in GONE]
        writes.give_back(self.unit.connection, gone)
        moved = [change for change in self.changes if isinstance(change, Move)]
        writes.give_back(self.unit.connection, [change.visit.id for change in moved])
        for change in moved:
            visit = change.visit
            writes.revise(self.unit.connection, visit.id, visit.version, self.now, moved_values(change))
            at = {"from": visit.starts, "to": change.stretches[0].starts, "version": visit.version + 1}
            act = "visit.move" if change.stood is None else UNDONE
            detail = at | standing(visit) | led_to(change.stood.version if change.stood else None)
            entry = Entry("visit.move", act, "visit", visit.id, visit.patient_id, detail)
            self.entries.append(entry)

    def _book(self, booked: list[Book]) -> tuple[list[int], list[str], list[str]]:
        if not booked:
            return [], [], []
        uids = [self.unit.uid() for _ in booked]
        public = [self.unit.public_id() for _ in booked]
        rows = [
            appointment_row(change.visit, self._session(change), uid, id_, self.now)
            for change, uid, id_ in zip(booked, uids, public, strict=True)
        ]
        keys = writes.add(self.unit.connection, rows)
        for key, change in zip(keys, booked, strict=True):
            visit = change.visit
            act = BEGUN.get(visit.status, "visit.book")
            detail: dict[str, object] = {"starts": visit.stretches[0].starts, "session": self._session(change)}
            if change.overbooks:
                detail["overbooked"] = True
            self.entries.append(Entry(permission_of(change), act, "visit", key, visit.patient_id, detail))
        return keys, uids, list(public)

    def _session(self, change: Book) -> int | None:
        if change.visit.ordinal is not None:
            return self.opened[change.visit.ordinal]
        return change.visit.session_id

    def _claim(self, booked: list[Book], keys: list[int], moved: list[Move]) -> None:
        """All claims of the transaction in one sorted insert."""
        wanted: list[Taking] = []
        placed = [
            Placed(key, n, stretch)
            for key, change in zip(keys, booked, strict=True)
            for n, stretch in enumerate(change.visit.stretches)
        ]
        if placed:
            segments = iter(writes.add_segments(self.unit.connection, placed))
            for change in booked:
                stretches = change.visit.stretches
                own = list(islice(segments, len(stretches)))
                wanted += taking(own, change.visit.patient_id, stretches, beside=change.overbooks)
        for visit, stretches in [(move.visit, move.stretches) for move in moved] + self._standing_again():
            moved_to = writes.move_segments(self.unit.connection, visit.id, stretches)
            wanted += taking(moved_to, visit.patient_id, stretches)
        if wanted:
            lanes = Lanes(self.unit, wanted)
            claims.take(self.unit.connection, [claim for one in wanted for claim in lanes.claims(one)])

    def _standing_again(self) -> list[tuple[Visit, tuple[Stretch, ...]]]:
        """What had given its time back, and takes it again."""
        turns = [change for change in self.changes if isinstance(change, Turn) and change.visit.status in GONE]
        return [(change.visit, change.visit.stretches) for change in turns]

    def _turn(self) -> None:
        for change in self.changes:
            if isinstance(change, Turn):
                visit = change.visit
                values = turned_values(change, self.reason) | arrived_values(change, self.now)
                writes.revise(self.unit.connection, visit.id, visit.version, self.now, values)
                detail = {"from": visit.status.value, "version": visit.version + 1} | led_to(change.as_of)
                if change.without_needling:
                    writes.leave_out_needling(self.unit.connection, visit)
                    detail["without_needling"] = True
                act = UNDONE if change.back else f"visit.{change.status.value}"
                if visit.plan_id is not None and change.status is Status.DONE:
                    self.touched.add(visit.plan_id)
                if visit.plan_id is not None and visit.status is Status.DONE:
                    courses.resume(self.unit.connection, visit.plan_id)
                self.entries.append(Entry(permission_of(change), act, "visit", visit.id, visit.patient_id, detail))

    def _answer(self) -> None:
        for change in self.changes:
            if isinstance(change, Answered):
                visit = change.visit
                values = {"answer": change.answer.value, "status": change.answer.leaves.value}
                writes.note(self.unit.connection, visit.id, visit.version, values)
                detail = {"answer": change.answer.value, "version": visit.version + 1}
                self.entries.append(
                    Entry("visit.answer", "visit.answered", "visit", visit.id, visit.patient_id, detail)
                )

    def _settle_tasks(self) -> None:
        gone = [c.visit.id for c in self.changes if isinstance(c, Turn) and c.status in GONE]
        moved = [c for c in self.changes if isinstance(c, Move) and c.stretches[0].starts != c.visit.starts]
        tasks.drop_about_all(self.unit.connection, [*gone, *(c.visit.id for c in moved)], ASKS, self.now)

    def _keep_overrides(self, set_aside: tuple[Overridden, ...], keys: dict[int, int]) -> None:
        rows = []
        for one in set_aside:
            change = self.changes[one.change]
            if isinstance(change, Book):
                whose = (change.visit.patient_id, one.plan or self.plan_id, keys[id(change)])
            else:
                assert isinstance(change, Move | Turn)  # noqa: S101 - the gate judges visits alone
                whose = (change.visit.patient_id, change.visit.plan_id, change.visit.id)
            rows.append(
                dict(zip(("patient_id", "plan_id", "appointment_id"), whose, strict=True))
                | {"rule": one.finding.rule, "code": one.finding.code, "reason": self.reason}
                | {"actor": self.actor.name, "at": self.now, "answers": one.answers}
            )
        for booked in (each for each in self.changes if isinstance(each, Book) and each.overbooks):
            rows.append(twice_row(booked.visit, keys[id(booked)], self.reason, self.actor.name, self.now))
        overrides.add(self.unit.connection, rows)
