"""What somebody did to visits and plans, read back from the audit trail: the list of the day, and what can be undone.

A way back says which version it led to, so that the step before it is the last one again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from clinic.db.tables.access import audit
from clinic.db.tables.courses import plan
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.undo import Step, as_it_is
from clinic.domain.visits.visit import GONE, Status

UNDONE = "visit.undone"
PLAN_UNDONE = "plan.undone"
"""How the trail calls the way back of any step."""
OPENED, WIDENED, ACCEPTED = "plan.open", "plan.gap", "repair.accept"
PLACED = "waiting.end"
OFFERS = frozenset({"freed.offer", "freed.close"})
FIRST = 1
"""The version of a visit that was booked and not touched since."""
KEPT = "visit.keep"
_BEGUN = ("visit.book", "visit.pencil", KEPT)
_UNDOABLE = frozenset({*_BEGUN, "visit.move"} | {f"visit.{status.value}" for status in Status})


@dataclass(frozen=True, slots=True)
class Done:
    """One entry of the trail about a visit, with what the visit is by now; ticks. `version` is the earliest at which it
    was as it is."""

    at: datetime
    act: str
    visit: str
    version: int
    patient: str
    starts: int
    tz: str
    status: Status
    step: Step

    @property
    def kept(self) -> bool:
        """Whether it kept a time for a form or an offer, or gave such a time back: nothing that is undone."""
        return self.act == KEPT or self.returned or (self.step.before is None and self.status is Status.HELD)

    @property
    def returned(self) -> bool:
        """Whether such a time was given back."""
        return self.step.before is Status.HELD and self.act in (f"visit.{status.value}" for status in GONE)


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry about a plan: it was opened, or a `session` of it got a longer gap than before; `left` is the version
    that the entry left, `version` the earliest at which it was as it is, `current` the one it has."""

    plan_id: int
    patient_id: int
    left: int
    version: int
    current: int
    session: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """All that one form did, by its request's id; `repairs` that were accepted with it, by key. `whole`: nothing was
    done to a plan that has no way back, and nobody who had waited got his time. `offer`: what it kept or gave back is a
    time on offer, in the name of who was asked first."""

    request: str
    done: tuple[Done, ...]
    whole: bool
    plans: tuple[Planned, ...] = ()
    repairs: tuple[int, ...] = ()
    offer: bool = False

    @property
    def main(self) -> tuple[Done, ...]:
        """What it is about: without times that were kept or given back on the way, unless that is all."""
        return tuple(one for one in self.done if not one.kept) or self.done

    @property
    def changed(self) -> tuple[Done, ...]:
        """The visits that are not as it left them."""
        found = {one.visit: one for one in self.done if one.step.version != one.version}
        return tuple(found.values())

    @property
    def replanned(self) -> bool:
        """Whether a plan is not as it left it."""
        return any(one.left != one.version for one in self.plans)

    @property
    def fresh(self) -> bool:
        """Whether it can be undone as far as the trail tells: all of it has a way back, and nothing changed since."""
        ways = all(one.act in _UNDOABLE and not one.step.stays for one in self.done)
        ways = ways and not all(one.kept for one in self.done)
        return self.whole and ways and not self.changed and not self.replanned


Rows = Sequence[Mapping[str, Any]]
Undone = Mapping[tuple[str, int], Mapping[int, int]]
"""By kind and key, which version each way back led to."""


def deeds(connection: Connection, actor: str, since: datetime, request: str | None = None) -> tuple[Deed, ...]:
    """What the actor did to visits since then, newest first; of that one request alone, where one is given. Two
    statements."""
    named: tuple[ColumnElement[bool], ...] = () if request is None else (audit.c.request_id == request,)
    query = (
        select(
            *(audit.c[name] for name in ("id", "at", "request_id", "act", "subject_kind", "subject_id", "detail")),
            appointment.c.public_id,
            func.coalesce(appointment.c.version, plan.c.version).label("version"),
            appointment.c.starts_tick,
            appointment.c.tz,
            appointment.c.status,
            func.coalesce(appointment.c.patient_id, plan.c.patient_id).label("whose"),
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
        )
        .outerjoin(appointment, and_(appointment.c.id == audit.c.subject_id, audit.c.subject_kind == "visit"))
        .outerjoin(plan, and_(plan.c.id == audit.c.subject_id, audit.c.subject_kind == "plan"))
        .outerjoin(patient, patient.c.id == appointment.c.patient_id)
        .where(audit.c.actor == actor, audit.c.at >= since, *named)
        .order_by(audit.c.at, audit.c.id)
    )
    read = (dict(row) for row in connection.execute(query).mappings())
    rows: Rows = [row for row in read if row["request_id"] != "-"]
    undone = _undone(connection, {row["subject_id"] for row in rows if row["version"] is not None})
    found = [_deed(request_id, list(group), undone) for request_id, group in groupby(rows, itemgetter("request_id"))]
    return tuple(deed for deed in reversed(found) if deed.done)


def _undone(connection: Connection, subjects: set[int]) -> Undone:
    """Whoever undid it."""
    query = select(audit.c.subject_kind, audit.c.subject_id, audit.c.detail).where(
        audit.c.subject_kind.in_(("visit", "plan")),
        audit.c.subject_id.in_(sorted(subjects)),
        audit.c.act.in_((UNDONE, PLAN_UNDONE)),
    )
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for kind, subject, detail in connection.execute(query):
        if "as" in detail:
            found[(kind, subject)][detail["version"]] = detail["as"]
    return found


def _deed(request: str, rows: Rows, undone: Undone) -> Deed:
    plans = [row for row in rows if row["subject_kind"] == "plan"]
    led_back = all(row["act"] == OPENED or row["detail"].get("first") for row in plans)
    whole = led_back and all(row["act"] != PLACED for row in rows)
    return Deed(
        request,
        tuple(_done([row for row in rows if row["subject_kind"] == "visit"], undone)),
        whole,
        tuple(_planned(row, undone) for row in plans),
        tuple(row["subject_id"] for row in rows if row["act"] == ACCEPTED),
        any(row["act"] in OFFERS for row in rows),
    )


def _as_it_is(row: Mapping[str, Any], undone: Undone) -> int:
    return as_it_is(row["version"], undone.get((row["subject_kind"], row["subject_id"]), {}))


def _planned(row: Mapping[str, Any], undone: Undone) -> Planned:
    left = FIRST if row["act"] == OPENED else row["detail"].get("version", 0)
    now = (_as_it_is(row, undone), row["version"])
    return Planned(row["subject_id"], row["whose"], left, *now, row["detail"].get("session"))


def _done(rows: Rows, undone: Undone) -> Iterator[Done]:
    for row in rows:
        yield Done(
            row["at"],
            row["act"],
            row["public_id"],
            _as_it_is(row, undone),
            row["patient"],
            row["starts_tick"],
            row["tz"],
            Status(row["status"]),
            _step(row["subject_id"], row["act"], row["detail"]),
        )


def _step(visit_id: int, act: str, detail: Mapping[str, Any]) -> Step:
    if act in _BEGUN:
        return Step(visit_id, FIRST, None)
    before = detail.get("status" if act == "visit.move" or "was" in detail else "from")
    return Step(
        visit_id,
        detail.get("version", 0),
        None if before is None else Status(before),
        tuple((a, b, c, d, e, f) for a, b, c, d, e, f in detail.get("was", ())),
        Answer(detail.get("answer", "none")),
        stays=act not in _UNDOABLE or before is None or "without_needling" in detail,
    )
