"""A time that became free: offered by mail and held, or on the phone; who says yes first gets it."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import freed, loads, waiting
from clinic.db.visits.freed import Freed, OfferRow
from clinic.domain.access.actors import Actor, of_link, system
from clinic.domain.courses.offer import held_until
from clinic.domain.errors import Invalid, SlotTaken
from clinic.domain.messages.reach import Channel
from clinic.domain.practice.modality import Modality
from clinic.domain.practice.site import Colleague, Site
from clinic.domain.visits.changes import Book, Change, Turn
from clinic.domain.visits.visit import MOVABLE, Kind, NewVisit, Status, Stretch
from clinic.domain.visits.waiting import Outcome, State, by_letter, check_open, offer_until
from clinic.domain.visits.waiting_changes import Called, Closed, Invited, Offered, Replied, Unlisted
from clinic.services.access.sessions import hashed
from clinic.services.apply import apply
from clinic.services.apply.opening import Opening, as_seen, opening
from clinic.services.courses.calendars import to_hold
from clinic.services.visits.fitting import Fit, fit
from clinic.services.visits.seen import hold_visit

LINK: Final = frozenset({"visit.answer", "visit.book", "visit.cancel", "visit.move"})
"""What a patient's yes needs: the visit that keeps the time goes, his own comes."""


@retrying
def offer(
    begin: Begin,
    read: Read,
    public_id: str,
    entries: Collection[str],
    *,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> int:
    """Offer the time by mail to those of the entries that it still fits, and hold it; how many that is.

    Raises NotFound, Stale, SlotTaken, Invalid(offered_already, offer_by_phone, offered_to_nobody).
    """
    with read() as unit:
        seen = freed.one(unit.connection, public_id)
        patients = [waiting.entry(unit.connection, each).patient for each in entries]
    if not patients:
        raise Invalid("offered_to_nobody", field="waiting")
    site, held = to_hold(read, seen.location_id, patients[0], now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return 0
        unit = opened.unit
        found = as_seen("freed", freed.one(unit.connection, public_id), version)
        if found.state != "open":
            raise Invalid("offered_already")
        if not by_letter(found.starts, now=now):
            raise Invalid("offer_by_phone")
        chosen = [one for one in _fitting(unit, found, entries, now) if one.entry.reach.channel is not Channel.PAPER]
        _offer(unit, site, found, chosen, actor=actor, now=now)
        opened.keep(public_id)
        return len(chosen)


def _fitting(unit: Unit, found: Freed, entries: Collection[str], now: datetime) -> Iterator[Fit]:
    for each in entries:
        entry = waiting.entry(unit.connection, each)
        one = fit(unit, found, entry, now=now) if entry.state is State.OPEN else None
        if one is not None:
            yield one


def _offer(unit: Unit, site: Site, found: Freed, chosen: list[Fit], *, actor: Actor, now: datetime) -> None:
    if not chosen:
        raise Invalid("offered_to_nobody", field="waiting")
    closes = held_until(now, site.tz, site.hours, site.closures)
    until = offer_until(found.starts, closes, now=now)
    keeper = Book(_keeper(chosen, site.colleague(found.therapist), until))
    public = apply(unit, (keeper,), actor=actor, now=now).visits[0]
    held_id = loads.visit(unit.connection, public).id
    invited = tuple(_invited(unit, each) for each in chosen)
    offered = Offered(found.id, found.public_id, found.version, held_id, until, invited)
    # In two steps of one transaction: what keeps the time has its key only once it is written.
    apply(unit, (offered,), actor=actor, now=now)


def _keeper(chosen: list[Fit], who: Colleague | None, until: datetime) -> NewVisit:
    """What keeps the therapist's time meanwhile, no longer than somebody's visit would take it: nothing is done in it,
    and it stands in the name of who is asked first. What others do in those visits is not kept."""
    first = chosen[0]
    visit = first.change.visit
    parts = [part for each in chosen for part in each.stretches if who is not None and part.staff_id == who.id]
    one, starts, ends = parts[0], min(part.starts for part in parts), max(part.ends for part in parts)
    stretch = Stretch(starts, ends, one.staff_id, one.room_id, (Modality.EDUCATION,), one.setup, one.cleanup)
    place = (first.entry.patient_id, first.entry.location_id, visit.tz)
    return NewVisit(*place, Kind.SINGLE, Status.HELD, (stretch,), hold_until=until)


def _invited(unit: Unit, one: Fit) -> Invited:
    return Invited(unit.public_id(), one.entry.id, one.entry.patient_id, one.starts, one.ends)


@retrying
def called(
    begin: Begin,
    read: Read,
    public_id: str,
    entry: str,
    outcome: Outcome,
    *,
    version: int,
    note: str = "",
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> str:
    """Keep what came of a call; a yes books or moves. The public id of the patient's visit then, empty otherwise.

    Raises NotFound, Stale, SlotTaken, Refused, Invalid(choose_an_outcome, waits_no_longer).
    """
    with read() as unit:
        seen, who = freed.one(unit.connection, public_id), waiting.entry(unit.connection, entry)
    _, held = to_hold(read, seen.location_id, who.patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return ""
        found = as_seen("freed", freed.one(opened.unit.connection, public_id), version)
        asked = waiting.entry(opened.unit.connection, entry)
        if asked.state is not State.OPEN:
            raise Invalid("waits_no_longer")
        one = fit(opened.unit, found, asked, now=now)
        if one is None:
            raise SlotTaken
        call = Called(found.id, _invited(opened.unit, one), outcome, note)
        if outcome is Outcome.ACCEPTED:
            return _take(opened, found, one, (call,), actor=actor)
        left = _left(opened.unit, found, asked.id) if outcome is Outcome.REFUSED else ()
        apply(opened.unit, (call, *left), actor=actor, now=now)
        opened.keep(public_id)
        return ""


@retrying
def accept(
    begin: Begin, read: Read, token: str, *, version: int, once: Once | None = None, request_id: str, now: datetime
) -> None:
    """The patient takes the time that his letter offers. Raises NotFound, Stale, SlotTaken where somebody had it some
    other way, Refused, Invalid(offer_taken, offer_over)."""
    with opening(begin, _takes(read, token, now=now), once=once, now=now) as opened:
        if opened.done is not None:
            return
        row = _asked(opened.unit, token, version, now)
        found = freed.one(opened.unit.connection, row.freed)
        entry = waiting.entry(opened.unit.connection, row.waiting)
        one = fit(opened.unit, found, entry, start=row.starts, now=now) if entry.state is State.OPEN else None
        if one is None:
            raise SlotTaken
        _take(opened, found, one, (), actor=_patient(row, request_id))


@retrying
def refuse(
    begin: Begin, read: Read, token: str, *, version: int, once: Once | None = None, request_id: str, now: datetime
) -> None:
    """He does not want it; when nobody is left who might, it is free again. Raises NotFound, Stale,
    Invalid(offer_taken, offer_over)."""
    with opening(begin, _takes(read, token, now=now), once=once, now=now) as opened:
        if opened.done is not None:
            return
        row = _asked(opened.unit, token, version, now)
        found = freed.one(opened.unit.connection, row.freed)
        left = _left(opened.unit, found, row.waiting_id)
        apply(opened.unit, left, actor=_patient(row, request_id), now=now)
        opened.keep(row.public_id)


def _takes(read: Read, token: str, *, now: datetime) -> list[int]:
    """Every resource whose time the patient's visit could take. Raises NotFound."""
    with read() as unit:
        row = freed.by_token(unit.connection, hashed(token))
        found = freed.one(unit.connection, row.freed)
    return to_hold(read, found.location_id, row.patient, now=now)[1]


def expire(unit: Unit, payload: Mapping[str, Any], now: datetime) -> None:
    """Nobody took it in time: it is free again, for who is called. One that was settled is left alone."""
    public_id = str(payload["freed"])
    _hold(unit, public_id)
    found = freed.one(unit.connection, public_id)
    if found.state == "offered" and found.held_id == payload["held"]:
        apply(unit, _ended(unit, found), actor=system("worker"), now=now)


@retrying
def end(begin: Begin, public_id: str, *, version: int, actor: Actor, once: Once | None = None, now: datetime) -> None:
    """Take the offer by mail back: the time is free again. Raises NotFound, Stale, Invalid(offer_over)."""
    with opening(begin, partial(_hold, public_id=public_id), once=once, now=now) as opened:
        if opened.done is not None:
            return
        found = as_seen("freed", freed.one(opened.unit.connection, public_id), version)
        if found.state != "offered":
            raise Invalid("offer_over")
        apply(opened.unit, _ended(opened.unit, found), actor=actor, now=now)
        opened.keep(public_id)


def _hold(unit: Unit, public_id: str) -> None:
    found = freed.one(unit.connection, public_id)
    if found.held is not None:
        hold_visit(unit, found.held)


def _ended(unit: Unit, found: Freed) -> tuple[Change, ...]:
    over = tuple(_replied(each, Outcome.EXPIRED) for each in _open(unit, found))
    return (*over, *_released(unit, found), Closed(found.id, found.version, again=True))


def _take(opened: Opening, found: Freed, one: Fit, changes: tuple[Change, ...], *, actor: Actor) -> str:
    """Who said yes has it, the others are told, and he waits no longer."""
    unit, own = opened.unit, one.entry.id
    replied = tuple(
        _replied(each, Outcome.ACCEPTED if each.waiting_id == own else Outcome.TAKEN) for each in _open(unit, found)
    )
    ended = Unlisted(own, one.entry.version, one.entry.patient_id, State.PLACED)
    closed = Closed(found.id, found.version)
    every: tuple[Change, ...] = (*_released(unit, found), one.change, *changes, *replied, ended, closed)
    booked = apply(unit, every, actor=actor, now=opened.now).visits
    visit = booked[0] if booked else one.entry.visit or ""
    opened.keep(visit)
    return visit


def _left(unit: Unit, found: Freed, waiting_id: int) -> tuple[Change, ...]:
    """Who waits there does not want it by mail any more; when nobody is left who might, it is free again."""
    rows = _open(unit, found)
    replied = tuple(_replied(each, Outcome.REFUSED) for each in rows if each.waiting_id == waiting_id)
    if not replied or len(replied) < len(rows):
        return replied
    return (*replied, *_released(unit, found), Closed(found.id, found.version, again=True))


def _open(unit: Unit, found: Freed) -> list[OfferRow]:
    return [each for each in freed.offers(unit.connection, found.id) if each.outcome is Outcome.OPEN]


def _released(unit: Unit, found: Freed) -> tuple[Turn, ...]:
    """What keeps the time goes, unless somebody gave it up before."""
    if found.held is None:
        return ()
    keeper = loads.visit(unit.connection, found.held)
    return (Turn(keeper, Status.RELEASED),) if keeper.status in MOVABLE else ()


def _asked(unit: Unit, token: str, version: int, now: datetime) -> OfferRow:
    row = freed.by_token(unit.connection, hashed(token))
    check_open(row.outcome, row.expires_at, now=now)
    return as_seen("offer", row, version)


def _replied(row: OfferRow, outcome: Outcome) -> Replied:
    return Replied(row.id, row.public_id, row.version, row.patient_id, outcome)


def _patient(row: OfferRow, request_id: str) -> Actor:
    return Actor(of_link(row.patient), LINK, request_id)
