"""What a visit link opens: the visit's time and place, the same as a calendar file, and what its patient may do about
it by himself. Whoever has the link is taken for the patient; it leads to this one visit alone."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from clinic.calendars import feed
from clinic.calendars.event import Event
from clinic.calendars.event import Status as Shows
from clinic.content import letters as words
from clinic.content import notes
from clinic.content.languages import wording
from clinic.db.access import reading
from clinic.db.access.idempotency import Once
from clinic.db.messages import links, seals, tasks
from clinic.db.messages.links import CANCELLED, Linked
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor, of_link
from clinic.domain.errors import Invalid
from clinic.domain.messages.notes import Aftercare, Disclosure
from clinic.domain.time import instant_of
from clinic.domain.visits.answer import ASKS, Answer
from clinic.domain.visits.changes import Answered, Change, Turn
from clinic.domain.visits.self_service import Deed, allowed
from clinic.domain.visits.visit import Status, Visit
from clinic.services.access.sessions import hashed
from clinic.services.apply import apply
from clinic.services.apply.opening import Opening, opening
from clinic.services.courses.calendars import to_hold
from clinic.services.messages import disclosing
from clinic.services.messages.born import counted, known
from clinic.services.messages.entries import COLOR
from clinic.services.messages.notes import in_use_marked
from clinic.services.messages.seal import LINK_LIVES
from clinic.services.visits.own_times import Time, own_time, own_times, taking
from clinic.services.visits.seen import hold_visit, seen_visit
from clinic.services.visits.wanted import Spot

GONE: Final = frozenset({"cancelled", "released"})
PERMISSIONS: Final = frozenset({"visit.answer", "visit.book", "visit.move", "visit.cancel"})
REASON: Final = "patient_asked"


def follow(read: Read, token: str, *, now: datetime) -> Linked:
    """The visit behind the link; nothing is written. Raises NotFound alike for an unknown, revoked or expired one."""
    with read() as unit:
        return links.find(unit.connection, hashed(token), now)


def calendar_file(linked: Linked) -> bytes:
    """The visit for a calendar program that is handed a file, never with more than time, place and the practice."""
    gone, say = linked.status in GONE, wording(linked.language).say
    level = min(linked.disclosure, Disclosure.PRACTICE)
    practice = disclosing.practice_shown(level, linked.practice, linked.neutral_name)
    title = disclosing.title(level, practice, called=say(words.APPOINTMENT))
    event = Event(
        uid=linked.uid,
        sequence=linked.sequence,
        starts=instant_of(linked.starts),
        ends=instant_of(linked.ends),
        tz=linked.tz,
        summary=say(words.CANCELLED, title=title) if gone else title,
        status=Shows.CANCELLED if gone else Shows.CONFIRMED,
        created_at=linked.created_at,
        revised_at=linked.revised_at,
        location=linked.address,
    )
    return feed.render([event], name=say(words.APPOINTMENTS), color=COLOR, tz=linked.tz)


def deeds(linked: Linked, *, now: datetime) -> frozenset[Deed]:
    """What is left to the patient to do by himself."""
    return allowed(Status(linked.status), linked.starts, linked.cancel_hours, waits=linked.waits, now=now)


def times(read: Read, token: str, *, now: datetime) -> tuple[Time, ...]:
    """The times that the visit may move to, or that may be taken for it anew; none where the desk has to be asked.
    Raises NotFound."""
    with read() as unit:
        linked = links.find(unit.connection, hashed(token), now)
        if Deed.MOVE not in deeds(linked, now=now):
            return ()
        return own_times(unit, loads.visit(unit.connection, linked.public_id), linked.patient, now=now)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came through a link, and the version of the visit that it was shown with."""

    token: str
    version: int
    once: Once | None
    request_id: str


@retrying
def confirm(begin: Begin, sent: Sent, *, now: datetime) -> None:
    """He comes. Raises NotFound, Stale, Invalid(by_phone_only)."""
    with opening(begin, partial(_hold, token=sent.token, now=now), once=sent.once, now=now) as opened:
        if opened.done is None:
            linked, visit = _seen(opened.unit, sent, Deed.CONFIRM, now=now)
            _write(opened, linked, sent, Answered(visit, Answer.ACCEPTED))
            tasks.drop_about(opened.unit.connection, visit.id, ASKS, now)


@retrying
def cancel(begin: Begin, sent: Sent, *, now: datetime) -> None:
    """He gives the visit up, and the desk hears of it. Raises NotFound, Stale, Invalid(by_phone_only)."""
    with opening(begin, partial(_hold, token=sent.token, now=now), once=sent.once, now=now) as opened:
        if opened.done is None:
            linked, visit = _seen(opened.unit, sent, Deed.CANCEL, now=now)
            _write(opened, linked, sent, Turn(visit, Status.CANCELLED))
            tasks.put(
                opened.unit.connection,
                CANCELLED,
                f"{CANCELLED}:{visit.public_id}:{visit.version}",
                patient_id=visit.patient_id,
                appointment_id=visit.id,
                public_id=opened.unit.public_id(),
                now=now,
            )


@retrying
def move(begin: Begin, read: Read, sent: Sent, to: Spot, *, now: datetime) -> str:
    """The visit goes to one of the times that he may choose; for one that he gave up another is booked there. The
    secret of the link that leads to it: this one, or a new one to the new visit.

    Raises NotFound, Stale, Invalid(by_phone_only), SlotTaken where that is none of these times, or no longer.
    """
    linked = follow(read, sent.token, now=now)
    _, held = to_hold(read, linked.location_id, linked.patient, now=now)
    with opening(begin, held, once=sent.once, now=now) as opened:
        leads_to = opened.done
        if leads_to is None:
            linked, visit = _seen(opened.unit, sent, Deed.MOVE, now=now)
            stretches = own_time(opened.unit, visit, linked.patient, to, now=now)
            leads_to = _write(opened, linked, sent, taking(visit, stretches))
            tasks.drop_about(opened.unit.connection, visit.id, (CANCELLED,), now)
        return sent.token if leads_to == linked.public_id else _new_link(opened.unit, leads_to, now=now)


def _new_link(unit: Unit, public_id: str, *, now: datetime) -> str:
    """Its secret, before a letter brings another."""
    visit, token = loads.visit(unit.connection, public_id), unit.secret()
    expires_at = instant_of(visit.ends) + LINK_LIVES
    seals.add_link(unit.connection, visit.id, hashed(token), now=now, expires_at=expires_at)
    return token


def _hold(unit: Unit, token: str, now: datetime) -> None:
    hold_visit(unit, links.find(unit.connection, hashed(token), now).public_id)


def _seen(unit: Unit, sent: Sent, deed: Deed, *, now: datetime) -> tuple[Linked, Visit]:
    """Read under lock: the link may have ended, the visit changed, or the time run out since the page was shown."""
    linked = links.find(unit.connection, hashed(sent.token), now)
    visit = seen_visit(unit, linked.public_id, sent.version)
    if deed not in deeds(linked, now=now):
        raise Invalid("by_phone_only")
    return linked, visit


def _write(opened: Opening, linked: Linked, sent: Sent, change: Change) -> str:
    """The public id of the visit, or of the one that is booked for it."""
    actor = Actor(actor_name(linked), PERMISSIONS, sent.request_id)
    reason = REASON if isinstance(change, Turn) else ""
    booked = apply(opened.unit, (change,), actor=actor, reason=reason, now=opened.now).visits
    found = booked[0] if booked else linked.public_id
    opened.keep(found)
    return found


def actor_name(linked: Linked) -> str:
    """As whom the patient acts through his link."""
    return of_link(linked.patient)


def told(begin: Begin, token: str, born_on: date, *, request_id: str, now: datetime) -> Aftercare:
    """The notes of the visit in full, for who gives the patient's date of birth. Raises NotFound, TooMany after five
    other dates, Invalid(birth_date_other)."""
    does = partial(_told, begin, token, born_on, request_id=request_id, now=now)
    return counted(begin, token, does, now=now)


@retrying
def _told(begin: Begin, token: str, born_on: date, *, request_id: str, now: datetime) -> Aftercare:
    with begin() as unit:
        linked = known(unit, token, born_on, now=now)
        visit = loads.visit(unit.connection, linked.public_id)
        actor = Actor(actor_name(linked), PERMISSIONS, request_id)
        shelf = in_use_marked(unit)
        reading.keep(unit.connection, visit.patient_id, route="links.read_notes", actor=actor, now=now)
    return notes.aftercare(
        shelf,
        tuple(dict.fromkeys(modality for stretch in visit.stretches for modality in stretch.modalities)),
        tuple(dict.fromkeys(target.region for target in visit.targets)),
        Disclosure.AFTERCARE,
        emergency_number=linked.emergency_number,
        phone=linked.phone,
        language=linked.language,
    )
