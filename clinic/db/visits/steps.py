"""What somebody did to visits, read back from the audit trail: the list of the day, and what can be undone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from clinic.db.tables.access import audit
from clinic.db.tables.patients import patient
from clinic.db.tables.visits import appointment
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.undo import Step
from clinic.domain.visits.visit import GONE, Status

UNDONE = "visit.undone"
PLACED = "waiting.end"
FIRST = 1
"""The version of a visit that was booked and not touched since."""
KEPT = "visit.keep"
_BEGUN = ("visit.book", "visit.pencil", KEPT)
_UNDOABLE = frozenset({*_BEGUN, "visit.move"} | {f"visit.{status.value}" for status in Status})


@dataclass(frozen=True, slots=True)
class Done:
    """One entry of the trail about a visit, with what the visit is by now; ticks."""

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
class Deed:
    """All that one form did to visits, by its request's id. `whole`: no plan was changed with it, and nobody who had
    waited got his time."""

    request: str
    done: tuple[Done, ...]
    whole: bool

    @property
    def fresh(self) -> bool:
        """Whether it can be undone as far as the trail tells: all of it has a way back, and nothing changed since."""
        ways = all(one.act in _UNDOABLE and not one.step.stays for one in self.done)
        ways = ways and not all(one.kept for one in self.done)
        return self.whole and ways and all(one.step.version == one.version for one in self.done)


def deeds(connection: Connection, actor: str, since: datetime, request: str | None = None) -> tuple[Deed, ...]:
    """What the actor did to visits since then, newest first; of that one request alone, where one is given."""
    named: tuple[ColumnElement[bool], ...] = () if request is None else (audit.c.request_id == request,)
    seen = and_(appointment.c.id == audit.c.subject_id, audit.c.subject_kind == "visit")
    query = (
        select(
            *(audit.c[name] for name in ("id", "at", "request_id", "act", "subject_kind", "subject_id", "detail")),
            appointment.c.public_id,
            appointment.c.version,
            appointment.c.starts_tick,
            appointment.c.tz,
            appointment.c.status,
            (patient.c.given_names + " " + patient.c.family_name).label("patient"),
        )
        .outerjoin(appointment, seen)
        .outerjoin(patient, patient.c.id == appointment.c.patient_id)
        .where(audit.c.actor == actor, audit.c.at >= since, *named)
        .order_by(audit.c.at, audit.c.id)
    )
    read = (dict(row) for row in connection.execute(query).mappings())
    rows: list[Mapping[str, Any]] = [row for row in read if row["request_id"] != "-"]
    found = [_deed(request_id, list(group)) for request_id, group in groupby(rows, itemgetter("request_id"))]
    return tuple(deed for deed in reversed(found) if deed.done)


def _deed(request: str, rows: list[Mapping[str, Any]]) -> Deed:
    own = [row for row in rows if row["subject_kind"] == "visit"]
    whole = all(row["subject_kind"] != "plan" and row["act"] != PLACED for row in rows)
    return Deed(request, tuple(_done(own)), whole)


def _done(rows: list[Mapping[str, Any]]) -> Iterator[Done]:
    for row in rows:
        yield Done(
            row["at"],
            row["act"],
            row["public_id"],
            row["version"],
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
