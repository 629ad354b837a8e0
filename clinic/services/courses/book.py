"""Booking a course: placed once more under lock, then written whole, to its next reassessment; the rest pencilled."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic.db.access.idempotency import Once
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.care.findings import Finding
from clinic.domain.courses.offer import Offer, held_until
from clinic.domain.errors import Conflict, Infeasible, SlotTaken
from clinic.domain.visits.changes import Book, Change, Open
from clinic.domain.visits.visit import Kind, NewVisit, Status
from clinic.engine.course import Course, NoCourse, Placed
from clinic.engine.request import Pin
from clinic.services.apply import apply
from clinic.services.apply.gate import foretell
from clinic.services.apply.opening import opening
from clinic.services.courses.calendars import to_hold
from clinic.services.courses.place import Answer, answer
from clinic.services.courses.stretches import stretches_of
from clinic.services.courses.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Booked:
    """The plan, by public id; `again` when the same form had booked it before."""

    plan: str
    again: bool = False


@retrying
def book(
    begin: Begin,
    read: Read,
    wanted: Wanted,
    *,
    actor: Actor,
    reason: str = "",
    offer: bool = False,
    alone: bool = False,
    once: Once | None = None,
    now: datetime,
) -> Booked:
    """Book the course, or write nothing. Sessions that `wanted` pins stay as they are pinned. With `offer` all of it is
    held, until the next working day closes; `alone`: only if the patient has none of the same protocol.

    Raises SlotTaken (with the `session` whose time went) when the pins no longer hold, Infeasible when there is no
    course, Conflict(course_alike_alone), and what `apply` raises.
    """
    _, held = to_hold(read, wanted.location, wanted.patient, now=now)
    with opening(begin, held, once=once, now=now) as opened:
        if opened.done is not None:
            return Booked(opened.done, again=True)
        found = answer(opened.unit, wanted, now=now)
        if alone and found.alike:
            raise Conflict("course_alike_alone", course=found.alike[-1].public_id)
        if isinstance(found.outcome, NoCourse):
            raise _refusal(wanted, found.outcome)
        held_for = offer_of(found, now=now) if offer else None
        changes: tuple[Change, ...] = (Open(found.plan, held_for), *_visits(found, found.outcome, held_for))
        applied = apply(opened.unit, changes, actor=actor, reason=reason, now=now)
        plan = applied.plan or ""
        opened.keep(plan)
        return Booked(plan)


def _refusal(wanted: Wanted, outcome: NoCourse) -> SlotTaken | Infeasible:
    if wanted.pins:
        return SlotTaken(session=outcome.session)
    return Infeasible(outcome.reason.code, **outcome.reason.params)


def offer_of(found: Answer, *, now: datetime) -> Offer:
    """Until when the course would be held, and how much of it is booked when it is accepted."""
    site = found.site
    return Offer(held_until(now, site.tz, site.hours, site.closures), found.booked_through)


def _visits(found: Answer, course: Course, offer: Offer | None) -> list[Book]:
    booked = [
        _visit(found, ordinal, placed, Status.BOOKED if ordinal <= found.booked_through else Status.PENCILLED)
        for ordinal, placed in enumerate(course.sessions, start=1)
    ]
    if offer is None:
        return [Book(visit) for visit in booked]
    return [Book(replace(visit, status=Status.HELD, hold_until=offer.hold_until)) for visit in booked]


def _visit(found: Answer, ordinal: int, placed: Placed, status: Status) -> NewVisit:
    session = found.plan.sessions[ordinal - 1]
    return NewVisit(
        found.times.id,
        found.site.id,
        found.site.tz_name,
        Kind.SESSION,
        status,
        stretches_of(found.site, placed.parts, [segment.modalities for segment in session.phase.segments]),
        found.plan.targets_by_session[ordinal - 1] if session.phase.needles else (),
        ordinal=ordinal,
    )


def speaking(unit: Unit, found: Answer) -> tuple[Finding, ...]:
    """What the safety rules would say if the course were booked as it is, each rule's sentence once; nothing where
    there is no course. Nothing is enforced."""
    if isinstance(found.outcome, NoCourse):
        return ()
    changes: tuple[Change, ...] = (Open(found.plan), *_visits(found, found.outcome, None))
    said = [one for findings in foretell(unit, changes).values() for one in findings]
    return tuple({(one.rule, one.code): one for one in said}.values())


def pins_of(course: Course) -> dict[int, Pin]:
    """Every session of a placed course, pinned where it is."""
    return {n: Pin(one.start, one.therapist, one.room) for n, one in enumerate(course.sessions, start=1)}
