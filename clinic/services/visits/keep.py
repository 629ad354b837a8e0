"""Keeping a free time while somebody fills in the form that takes it: for seven and a half minutes, then it is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from clinic.db.messages import jobs
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import kept, loads
from clinic.domain.access.actors import SYSTEM, Actor, system
from clinic.domain.errors import NotFound
from clinic.domain.time import instant_of, local_date
from clinic.domain.visits.changes import Book, Change, Turn
from clinic.domain.visits.visit import NewVisit, Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.lapsed import give_back_lapsed
from clinic.services.courses.calendars import to_hold
from clinic.services.visits.offers import new_visit, open_for_single
from clinic.services.visits.seen import hold_visit
from clinic.services.visits.wanted import Spot, WantedVisit

KEPT_FOR: Final = timedelta(minutes=7, seconds=30)
"""Practice default, no evidence: longer than a form takes, shorter than a coffee."""

KEEP: Final = kept.JOB
"""The job that gives the time back."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The visit that holds the time, by public id, and until when."""

    public_id: str
    until: datetime


@retrying
def keep(
    begin: Begin, read: Read, wanted: WantedVisit, spot: Spot, *, instead: str = "", actor: Actor, now: datetime
) -> Kept:
    """Hold that time for the patient; what the same person kept `instead` is free again. Nobody is told.

    Raises SlotTaken, NotFound, and Refused where a rule forbids the visit or wants a reason first.
    """
    site, held = to_hold(read, wanted.location, wanted.patient, now=now)
    until = now + KEPT_FOR
    with begin(hold=held) as unit:
        give_back_lapsed(unit, now=now)
        own = kept_visit(unit, instead, actor)
        given_up = () if own is None else (own.id,)
        on = local_date(instant_of(spot.start), site.tz)
        found = open_for_single(unit, wanted, on, given_up=given_up, now=now)
        visit = new_visit(found, wanted, found.at(spot), status=Status.HELD, until=until)
        public_id = apply(unit, (*_released(own), Book(visit)), actor=actor, now=now).visits[0]
        jobs.put(unit.connection, KEEP, _key(public_id), until, {"visit": public_id, "by": actor.name})
    return Kept(public_id, until)


def kept_visit(unit: Unit, public_id: str, actor: Actor) -> Visit | None:
    """The visit that keeps a form's time, held; None where it was given back or never kept one. Raises NotFound for
    what somebody else keeps."""
    told = jobs.about(unit.connection, _key(public_id)) if public_id else None
    if told is None:
        return None
    if told.get("by") != actor.name and not actor.name.startswith(SYSTEM):
        raise NotFound("visit")
    hold_visit(unit, public_id)
    found = loads.visit(unit.connection, public_id)
    return found if found.status is Status.HELD else None


def instead_of(own: Visit | None, visit: NewVisit) -> tuple[Change, ...]:
    """What takes the visit's time: what is kept becomes the visit where it is the same, or else makes room for it."""
    if own is not None and _same(own, visit):
        return (Turn(own, visit.status),)
    return (*_released(own), Book(visit))


def _same(own: Visit, visit: NewVisit) -> bool:
    mine = (own.patient_id, own.location_id, own.kind, own.stretches, own.targets)
    return mine == (visit.patient_id, visit.location_id, visit.kind, visit.stretches, visit.targets)


@retrying
def give_back(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Whoever kept the time leaves the form. What became a visit meanwhile stays one. Raises NotFound for what somebody
    else keeps."""
    with begin() as unit:
        _give_back(unit, public_id, actor=actor, now=now)


def give_back_overdue(begin: Begin, read: Read, *, now: datetime) -> None:
    """What is kept too long is free at once, not only when the job has its turn."""
    with read() as unit:
        overdue = jobs.overdue(unit.connection, KEEP, now)
    for payload in overdue:
        give_back(begin, str(payload["visit"]), actor=system("keep"), now=now)


def expire(unit: Unit, payload: Mapping[str, Any], now: datetime) -> None:
    """The time is free again, unless it was taken."""
    _give_back(unit, str(payload["visit"]), actor=system("worker"), now=now)


def _give_back(unit: Unit, public_id: str, *, actor: Actor, now: datetime) -> None:
    released = _released(kept_visit(unit, public_id, actor))
    if released:
        apply(unit, released, actor=actor, now=now)
    jobs.cancel(unit.connection, _key(public_id))


def _released(own: Visit | None) -> tuple[Change, ...]:
    return () if own is None else (Turn(own, Status.RELEASED),)


def _key(public_id: str) -> str:
    return f"{KEEP}:{public_id}"
