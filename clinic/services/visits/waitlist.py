"""Putting patients on the wait list, changing what suits them, and taking them off."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.patients import calendars as patients
from clinic.db.unit import Begin, Unit, retrying
from clinic.db.visits import loads, waiting
from clinic.db.visits.waiting import Waiting
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.practice.body import Target
from clinic.domain.time import instant_of
from clinic.domain.visits.visit import AWAITED
from clinic.domain.visits.waiting import State, Suits
from clinic.domain.visits.waiting_changes import Listed, Relisted, Unlisted
from clinic.services.apply import apply
from clinic.services.apply.opening import as_seen, opening
from clinic.services.visits.seen import hold_visit


@dataclass(frozen=True, slots=True)
class Wish:
    """Who waits for what, by public ids: a sooner time of a `visit`, or a visit of the kind `single` at a location."""

    suits: Suits
    visit: str = ""
    patient: str = ""
    location: str = ""
    single: str = ""
    targets: tuple[Target, ...] = ()


@retrying
def add(begin: Begin, wish: Wish, *, actor: Actor, once: Once | None = None, now: datetime) -> str:
    """List a patient; the entry's public id, the same again for a form sent twice.

    Raises NotFound, Invalid(waits_for_what, waits_already, visit_settled, unknown_single).
    """
    hold = partial(hold_visit, public_id=wish.visit) if wish.visit else ()
    with opening(begin, hold, once=once, now=now) as opened:
        if opened.done is not None:
            return opened.done
        listed = _of_visit(opened.unit, wish, now) if wish.visit else _of_single(opened.unit, wish, now)
        apply(opened.unit, (listed,), actor=actor, now=now)
        opened.keep(listed.public_id)
        return listed.public_id


def _of_visit(unit: Unit, wish: Wish, now: datetime) -> Listed:
    visit = loads.visit(unit.connection, wish.visit)
    if visit.status not in AWAITED or instant_of(visit.starts) <= now:
        raise Invalid("visit_settled", status=visit.status)
    if waiting.of_visit(unit.connection, wish.visit) is not None:
        raise Invalid("waits_already")
    return Listed(unit.public_id(), visit.patient_id, visit.location_id, wish.suits, visit.id)


def _of_single(unit: Unit, wish: Wish, now: datetime) -> Listed:
    site, times = patients.at_site(unit.connection, wish.location, wish.patient, since=now)
    if times.deceased or times.restricted:
        raise NotFound("patient")
    new = Listed(unit.public_id(), times.id, site.id, wish.suits, None, wish.single, wish.targets)
    same = (each for each in waiting.open_at(unit.connection, frozenset({site.id})) if each.patient_id == times.id)
    if any(each.single == new.single for each in same):
        raise Invalid("waits_already")
    return new


@retrying
def change(
    begin: Begin,
    public_id: str,
    suits: Suits,
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """What suits is another now. Raises NotFound, Stale, Invalid(waits_no_longer)."""
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is None:
            found = _seen(opened.unit, public_id, version)
            apply(opened.unit, (Relisted(found.id, version, found.patient_id, suits),), actor=actor, now=now)
            opened.keep(public_id)


@retrying
def close(begin: Begin, public_id: str, *, version: int, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """Take the patient off the list. Raises NotFound, Stale, Invalid(waits_no_longer)."""
    with opening(begin, (), once=once, now=now) as opened:
        if opened.done is None:
            found = _seen(opened.unit, public_id, version)
            gone = Unlisted(found.id, version, found.patient_id, State.CLOSED)
            apply(opened.unit, (gone,), actor=actor, now=now)
            opened.keep(public_id)


def _seen(unit: Unit, public_id: str, version: int) -> Waiting:
    found = as_seen("waiting", waiting.entry(unit.connection, public_id), version)
    if found.state is not State.OPEN:
        raise Invalid("waits_no_longer")
    return found
