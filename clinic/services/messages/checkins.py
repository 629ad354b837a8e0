"""Check-ins by a visit's link: how the patient is in the days after needling. An alarm is answered at once with what to
do, becomes an event that somebody named has to acknowledge, and holds the needling ahead; nobody has to be there."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final

from clinic.content import checkin as asked
from clinic.content import notes
from clinic.db.access import reading
from clinic.db.access.idempotency import Once
from clinic.db.care import checkins
from clinic.db.messages import tasks
from clinic.db.messages.links import Linked
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.changes import Checked, Happened
from clinic.domain.care.checkin import CheckIn, which
from clinic.domain.care.events import RED_FLAGS
from clinic.domain.errors import NotFound, Stale
from clinic.domain.messages.notes import Aftercare, Disclosure
from clinic.domain.practice.body import Region
from clinic.domain.time import TICKS_PER_HOUR, instant_of, tick_floor
from clinic.domain.visits.visit import Status, Visit
from clinic.services.apply import apply
from clinic.services.apply.opening import Opening, opening
from clinic.services.care import held
from clinic.services.care.events import TOLD, alert, happening
from clinic.services.messages.born import counted, hold, known
from clinic.services.messages.links import actor_name
from clinic.services.messages.notes import in_use_marked

PERMISSIONS: Final = frozenset({"checkin.give", "event.write"})
ALARM_KEY: Final = 32
"""Signs of a form's key, and as many of what it says, in the key of one with an alarm."""


@dataclass(frozen=True, slots=True)
class Open:
    """A check-in as it may be answered now: so many `hours` after the visit, answered `number` times before; where the
    visit treated, and what its notes say."""

    linked: Linked
    hours: int
    number: int
    regions: tuple[Region, ...]
    notes: Aftercare


@dataclass(frozen=True, slots=True)
class Sent:
    """Answers that came through a link, to the check-in of that hour as it was shown."""

    token: str
    born_on: date
    hours: int
    number: int
    once: Once | None
    request_id: str


def wanted(read: Read, linked: Linked, *, now: datetime) -> bool:
    """Whether the visit behind a link has a check-in that may be answered."""
    with read() as unit:
        return _hours(loads.visit(unit.connection, linked.public_id), now) is not None


def _hours(visit: Visit, now: datetime) -> int | None:
    """Which check-in of the visit it is time for; none for a visit that did not take place, or without needles."""
    if visit.status is not Status.DONE or not visit.needles:
        return None
    return which(instant_of(visit.ends), now=now)


def urgent(read: Read, linked: Linked) -> tuple[str, ...]:
    """When to get help now, as it may be said to anybody: before the date of birth is known."""
    with read() as unit:
        visit = loads.visit(unit.connection, linked.public_id)
        return _notes(unit, linked, visit, Disclosure.TITLE).urgent


def ask(begin: Begin, token: str, born_on: date, *, request_id: str, now: datetime) -> Open:
    """The check-in that it is time for, to who gives the patient's date of birth. Raises NotFound where there is none,
    TooMany after five other dates, Invalid(birth_date_other)."""

    def does() -> Open:
        with begin() as unit:
            found, visit = _found(unit, token, born_on, now=now)
            actor = Actor(actor_name(found.linked), PERMISSIONS, request_id)
            reading.keep(unit.connection, visit.patient_id, route="checkins.ask", actor=actor, now=now)
            return found

    return counted(begin, token, does, now=now)


def _found(unit: Unit, token: str, born_on: date, *, now: datetime) -> tuple[Open, Visit]:
    linked = known(unit, token, born_on, now=now)
    visit = loads.visit(unit.connection, linked.public_id)
    hours = _hours(visit, now)
    if hours is None:
        raise NotFound("checkin")
    number = checkins.last_number(unit.connection, visit.id, hours)
    regions = tuple(dict.fromkeys(target.region for target in visit.targets))
    return Open(linked, hours, number, regions, _notes(unit, linked, visit, Disclosure.AFTERCARE)), visit


def _notes(unit: Unit, linked: Linked, visit: Visit, level: Disclosure) -> Aftercare:
    return notes.aftercare(
        in_use_marked(unit),
        tuple(dict.fromkeys(modality for stretch in visit.stretches for modality in stretch.modalities)),
        tuple(dict.fromkeys(target.region for target in visit.targets)),
        level,
        emergency_number=linked.emergency_number,
        phone=linked.phone,
        language=linked.language,
    )


def give(begin: Begin, sent: Sent, answers: CheckIn, *, now: datetime) -> Open:
    """Keep what the patient says, for good. An alarm is kept whatever else was said meanwhile.

    Raises NotFound, TooMany, Invalid(birth_date_other, key_reused), Stale where the check-in was answered since it was
    shown.
    """
    return counted(begin, sent.token, lambda: _give(begin, sent, answers, now=now), now=now)


@retrying
def _give(begin: Begin, sent: Sent, answers: CheckIn, *, now: datetime) -> Open:
    with opening(begin, partial(hold, token=sent.token, now=now), once=_once(sent, answers), now=now) as opened:
        found, visit = _found(opened.unit, sent.token, sent.born_on, now=now)
        if opened.done is None:
            if (found.hours, found.number) != (sent.hours, sent.number) and not answers.alarms:
                raise Stale("checkin", seen=sent.number, current=found.number)
            _keep(opened, found, visit, answers, request_id=sent.request_id)
        return found


def _once(sent: Sent, answers: CheckIn) -> Once | None:
    """A form that one went back to and that tells of an alarm now is another: the same twice still is one."""
    if sent.once is None or not answers.alarms:
        return sent.once
    return replace(sent.once, key=f"{sent.once.key[:ALARM_KEY]}{sent.once.digest[:ALARM_KEY]}")


def _keep(opened: Opening, found: Open, visit: Visit, answers: CheckIn, *, request_id: str) -> None:
    unit, now = opened.unit, opened.now
    actor = Actor(actor_name(found.linked), PERMISSIONS, request_id)
    told = answers.told((tick_floor(now) - visit.starts) // TICKS_PER_HOUR)
    questions, language = asked.load().version, found.linked.language
    given = Checked(visit.id, visit.patient_id, found.hours, found.number + 1, questions, language, answers, told)
    events = _events(unit, visit, answers, now)
    apply(unit, (given, *events), actor=actor, now=now)
    for each in events:
        alert(unit, each, now)
    cause = f"{visit.uid}:{found.hours}:{given.number}"
    if told.signs or any(each.event.kind in RED_FLAGS for each in events):
        held.hold(unit, visit.patient_id, held.ANSWERED, cause, now=now)
    elif answers.worries and not events:
        _tell(unit, visit, f"{TOLD}:{cause}", now)
    opened.keep(visit.public_id)


def _events(unit: Unit, visit: Visit, answers: CheckIn, now: datetime) -> tuple[Happened, ...]:
    starts, ends = instant_of(visit.starts), instant_of(visit.ends)
    told = answers.events(starts, ends, now=now)
    return tuple(happening(unit, unit.public_id(), visit, each, now) for each in told)


def _tell(unit: Unit, visit: Visit, key: str, now: datetime) -> None:
    tasks.put(
        unit.connection,
        TOLD,
        key,
        patient_id=visit.patient_id,
        appointment_id=visit.id,
        public_id=unit.public_id(),
        now=now,
    )
