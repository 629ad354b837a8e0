"""Times that became free, and to whom they were offered."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, or_, select

from clinic.db.access.places import within
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, practice, resource, staff
from clinic.db.tables.visits import appointment, claim, segment
from clinic.db.tables.waiting import freed, freed_offer, waiting
from clinic.domain.access.actors import Places
from clinic.domain.errors import NotFound
from clinic.domain.visits.waiting import Outcome, Way


@dataclass(frozen=True, slots=True)
class Freed:
    """A time of a therapist that became free, in ticks; `held` is the visit that keeps it while it is on offer."""

    id: int
    public_id: str
    version: int
    state: str
    location_id: int
    location: str
    tz: str
    therapist: str
    therapist_name: str
    starts: int
    ends: int
    freed_at: datetime
    hold_until: datetime | None
    held_id: int | None
    held: str | None


_FREED = (
    select(
        freed.c.id,
        freed.c.public_id,
        freed.c.version,
        freed.c.state,
        freed.c.location_id,
        location.c.public_id,
        location.c.tz,
        staff.c.public_id,
        staff.c.name,
        freed.c.starts_tick,
        freed.c.ends_tick,
        freed.c.freed_at,
        freed.c.hold_until,
        freed.c.held_id,
        appointment.c.public_id,
    )
    .join(location, location.c.id == freed.c.location_id)
    .join(staff, staff.c.id == freed.c.staff_id)
    .outerjoin(appointment, appointment.c.id == freed.c.held_id)
    .order_by(freed.c.starts_tick, freed.c.id)
)
_TAKEN = exists().where(
    resource.c.kind == "staff",
    resource.c.owner_id == freed.c.staff_id,
    resource.c.overbook.is_(False),
    claim.c.resource_id == resource.c.id,
    claim.c.active,
    claim.c.starts < freed.c.ends_tick,
    claim.c.ends > freed.c.starts_tick,
)


def ahead(
    connection: Connection, tick: int, places: Places = None, *, without: Collection[int] = ()
) -> tuple[Freed, ...]:
    """What can still be offered there, or is on offer, by start; without what was given to somebody in another way. The
    time of the visits `without` counts as free."""
    return _read(connection, freed.c.starts_tick > tick, _still(without), within(freed.c.location_id, places))


def of_visit(connection: Connection, visit: str, tick: int, *, without: Collection[int] = ()) -> Freed | None:
    """The first of the same that lies where the visit lay, at its location and with its therapist."""
    gone, part = appointment.alias("gone"), segment.alias("part")
    lay = exists().where(
        gone.c.public_id == visit,
        gone.c.location_id == freed.c.location_id,
        part.c.appointment_id == gone.c.id,
        part.c.staff_id == freed.c.staff_id,
        part.c.starts_tick < freed.c.ends_tick,
        part.c.ends_tick > freed.c.starts_tick,
    )
    return next(iter(_read(connection, freed.c.starts_tick > tick, _still(without), lay)), None)


def kept_by(connection: Connection, visits: Collection[str]) -> dict[str, Freed]:
    """What is on offer by mail, by the public id of the visit that keeps it, of these visits."""
    found = _read(connection, freed.c.state == "offered", appointment.c.public_id.in_(visits)) if visits else ()
    return {each.held: each for each in found if each.held is not None}


def _still(without: Collection[int]) -> ColumnElement[bool]:
    passed_over = select(segment.c.id).where(segment.c.appointment_id.in_(without))
    taken = _TAKEN.where(claim.c.segment_id.not_in(passed_over)) if without else _TAKEN
    return or_(freed.c.state == "offered", (freed.c.state == "open") & ~taken)


def one(connection: Connection, public_id: str) -> Freed:
    """The time with that public id. Raises NotFound."""
    found = _read(connection, freed.c.public_id == public_id)
    if not found:
        raise NotFound("freed")
    return found[0]


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Freed, ...]:
    return tuple(Freed(*tuple(row)) for row in connection.execute(_FREED.where(*conditions)))


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A time as it was offered to one patient, by public ids and ticks; `told`: a letter with its link was written."""

    id: int
    public_id: str
    version: int
    freed: str
    waiting_id: int
    waiting: str
    patient_id: int
    patient: str
    way: Way
    starts: int
    ends: int
    outcome: Outcome
    told: bool
    offered_at: datetime
    expires_at: datetime | None
    settled_at: datetime | None
    note: str


_OFFERS = (
    select(
        freed_offer.c.id,
        freed_offer.c.public_id,
        freed_offer.c.version,
        freed.c.public_id,
        freed_offer.c.waiting_id,
        waiting.c.public_id,
        freed_offer.c.patient_id,
        patient.c.public_id,
        freed_offer.c.way,
        freed_offer.c.starts_tick,
        freed_offer.c.ends_tick,
        freed_offer.c.outcome,
        freed_offer.c.token_hash.is_not(None),
        freed_offer.c.offered_at,
        freed_offer.c.expires_at,
        freed_offer.c.settled_at,
        freed_offer.c.note,
    )
    .join(freed, freed.c.id == freed_offer.c.freed_id)
    .join(waiting, waiting.c.id == freed_offer.c.waiting_id)
    .join(patient, patient.c.id == freed_offer.c.patient_id)
    .order_by(freed_offer.c.id)
)


def offers(connection: Connection, freed_id: int) -> tuple[OfferRow, ...]:
    """To whom a time was offered, oldest first."""
    return _offers(connection, freed_offer.c.freed_id == freed_id)


def by_token(connection: Connection, token_hash: str) -> OfferRow:
    """The offer behind the link in its letter. Raises NotFound."""
    found = _offers(connection, freed_offer.c.token_hash == token_hash)
    if not found:
        raise NotFound("offer")
    return found[0]


def _offers(connection: Connection, condition: ColumnElement[bool]) -> tuple[OfferRow, ...]:
    return tuple(_offer(tuple(row)) for row in connection.execute(_OFFERS.where(condition)))


def _offer(row: tuple[Any, ...]) -> OfferRow:
    values = dict(zip((each.name for each in fields(OfferRow)), row, strict=True))
    return OfferRow(**values | {"way": Way(values["way"]), "outcome": Outcome(values["outcome"])})


class Shown(NamedTuple):
    """An offer as its letter and its link show it; ticks. `own_tz` is the patient's zone where it is another; `visit`
    is the start of the later visit that he has meanwhile."""

    id: int
    version: int
    outcome: str
    starts: int
    ends: int
    expires_at: datetime | None
    told: bool
    tz: str
    location: str
    address: str
    phone: str
    neutral_name: str
    language: str
    own_tz: str | None
    patient: str
    visit: int | None


def shown(connection: Connection, offer_id: int) -> Shown:
    """The offer with that key."""
    query = (
        select(
            freed_offer.c.id,
            freed_offer.c.version,
            freed_offer.c.outcome,
            freed_offer.c.starts_tick,
            freed_offer.c.ends_tick,
            freed_offer.c.expires_at,
            freed_offer.c.token_hash.is_not(None),
            location.c.tz,
            location.c.name,
            location.c.address,
            location.c.phone,
            practice.c.neutral_name,
            patient.c.language,
            patient.c.tz,
            patient.c.public_id,
            appointment.c.starts_tick,
        )
        .join(freed, freed.c.id == freed_offer.c.freed_id)
        .join(location, location.c.id == freed.c.location_id)
        .join(patient, patient.c.id == freed_offer.c.patient_id)
        .join(waiting, waiting.c.id == freed_offer.c.waiting_id)
        .join(practice, practice.c.id == 1)
        .outerjoin(appointment, appointment.c.id == waiting.c.appointment_id)
        .where(freed_offer.c.id == offer_id)
    )
    return Shown._make(connection.execute(query).one())
