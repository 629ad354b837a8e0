"""The questions about a patient's health behind a visit's link: answered at home, kept as if they were asked here."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from clinic.content import screening as asked
from clinic.db.access import reading
from clinic.db.access.idempotency import Once
from clinic.db.care import screening
from clinic.db.messages.links import Linked
from clinic.db.patients import records
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.screening import Answers, DayAnswers, Screening
from clinic.domain.errors import NotFound
from clinic.domain.visits.asking import Asks, asked_on, asks
from clinic.services.apply.opening import opening
from clinic.services.care.screening import keep, keep_today
from clinic.services.messages.born import counted, hold, known
from clinic.services.messages.links import actor_name

PERMISSIONS: Final = frozenset({"screening.write"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now, and the answers that stand, None while nobody asked."""

    linked: Linked
    asks: Asks
    standing: Screening | None

    @property
    def version(self) -> int:
        return 0 if self.standing is None else self.standing.version


@dataclass(frozen=True, slots=True)
class Sent:
    """Answers that came through a link; `version` of those that were shown, 0 for none."""

    token: str
    born_on: date
    version: int
    once: Once | None
    request_id: str


def due(read: Read, linked: Linked, *, now: datetime) -> Asks | None:
    """What the visit behind a link asks; None where nothing is asked, or no longer."""
    with read() as unit:
        found = _look(unit, linked, now)
        return None if found is None else found.asks


def _look(unit: Unit, linked: Linked, now: datetime) -> Asked | None:
    visit = loads.visit(unit.connection, linked.public_id)
    patient = records.record(unit.connection, linked.patient)
    if patient.restricted or patient.person.deceased:
        return None
    standing = screening.latest(unit.connection, visit.patient_id)
    today = screening.on_day(unit.connection, visit.patient_id, standing, asked_on(visit))
    found = asks(visit, standing, asked.load().version, said_on_day=today is not None, now=now)
    return None if found is None else Asked(linked, found, standing)


def _found(unit: Unit, token: str, born_on: date, now: datetime) -> Asked:
    found = _look(unit, known(unit, token, born_on, now=now), now)
    if found is None:
        raise NotFound("questions")
    return found


def ask(begin: Begin, token: str, born_on: date, *, request_id: str, now: datetime) -> Asked:
    """What is asked, and what was answered before, to who gives the patient's date of birth. Raises NotFound where
    nothing is asked, TooMany after five other dates, Invalid(birth_date_other)."""

    def does() -> Asked:
        with begin() as unit:
            found = _found(unit, token, born_on, now)
            patient = loads.visit(unit.connection, found.linked.public_id).patient_id
            actor = Actor(actor_name(found.linked), PERMISSIONS, request_id)
            reading.keep(unit.connection, patient, route="questions.ask", actor=actor, now=now)
            return found

    return counted(begin, token, does, now=now)


def give(begin: Begin, sent: Sent, answers: Answers, *, now: datetime) -> Asked:
    """Keep the answers, as they are kept when staff asks; what is asked next. Raises NotFound, TooMany, Stale,
    Invalid(birth_date_other)."""
    return counted(begin, sent.token, lambda: _give(begin, sent, answers, now=now), now=now)


@retrying
def _give(begin: Begin, sent: Sent, answers: Answers, *, now: datetime) -> Asked:
    with opening(begin, partial(hold, token=sent.token, now=now), once=sent.once, now=now) as opened:
        found = _found(opened.unit, sent.token, sent.born_on, now)
        if opened.done is None:
            actor, questions = _actor(found, sent), asked.load().version
            keep(opened, found.linked.patient, answers, questions, version=sent.version, actor=actor)
        return _found(opened.unit, sent.token, sent.born_on, now)


def say_today(begin: Begin, sent: Sent, said: DayAnswers, *, now: datetime) -> None:
    """On the visit's day nothing has changed, and this is how he is. Raises NotFound also where it is another day,
    TooMany, Stale, Invalid(birth_date_other)."""
    counted(begin, sent.token, lambda: _say_today(begin, sent, said, now=now), now=now)


@retrying
def _say_today(begin: Begin, sent: Sent, said: DayAnswers, *, now: datetime) -> None:
    with opening(begin, partial(hold, token=sent.token, now=now), once=sent.once, now=now) as opened:
        found = _found(opened.unit, sent.token, sent.born_on, now)
        if opened.done is not None:
            return
        if found.asks is not Asks.TODAY:
            raise NotFound("questions")
        keep_today(opened, found.linked.public_id, said, version=sent.version, actor=_actor(found, sent))


def _actor(found: Asked, sent: Sent) -> Actor:
    return Actor(actor_name(found.linked), PERMISSIONS, sent.request_id)
