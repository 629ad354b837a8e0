"""Asking a patient about his health: once in full, on the day whether anything changed."""

from datetime import datetime
from functools import partial

from clinic.db.access.idempotency import Once
from clinic.db.care import screening as kept
from clinic.db.patients import records
from clinic.db.unit import Begin, retrying
from clinic.db.visits import loads
from clinic.domain.access.actors import Actor
from clinic.domain.care.screening import Answers, DayAnswers
from clinic.domain.errors import Invalid, Stale
from clinic.domain.visits.asking import asked_on
from clinic.services.apply.opening import Opening, opening
from clinic.services.apply.saying import say, say_today
from clinic.services.care.held import ANSWERED, hold, hold_patient
from clinic.services.care.records import hold_record


@retrying
def answer(
    begin: Begin,
    patient: str,
    answers: Answers,
    *,
    questions: int,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """Keep the answers as the next version, and hold the booked needling that they speak against.

    `version` is the one that was seen, 0 for none. Raises NotFound, Stale.
    """
    with opening(begin, partial(hold_patient, public_id=patient), once=once, now=now) as opened:
        if opened.done is None:
            keep(opened, patient, answers, questions, version=version, actor=actor)


def keep(opened: Opening, patient: str, answers: Answers, questions: int, *, version: int, actor: Actor) -> None:
    """The same, with the patient held. Raises NotFound, Stale."""
    unit, now = opened.unit, opened.now
    patient_id = records.record(unit.connection, patient).id
    known = kept.latest(unit.connection, patient_id)
    current = 0 if known is None else known.version
    if current != version:
        raise Stale("screening", seen=version, current=current)
    if say(unit, patient_id, answers, questions, actor=actor, now=now):
        hold(unit, patient_id, ANSWERED, f"{version + 1}", now=now)
    opened.keep(patient)


@retrying
def reaffirm(
    begin: Begin,
    visit: str,
    said: DayAnswers,
    *,
    changed: bool,
    version: int,
    actor: Actor,
    once: Once | None = None,
    now: datetime,
) -> None:
    """On the visit's day the standing answers in that version still hold. Raises NotFound, Stale,
    Invalid(screening_changed, screening_missing)."""
    if changed:
        raise Invalid("screening_changed", field="changed")
    with opening(begin, partial(hold_record, public_id=visit), once=once, now=now) as opened:
        if opened.done is None:
            keep_today(opened, visit, said, version=version, actor=actor)


def keep_today(opened: Opening, visit: str, said: DayAnswers, *, version: int, actor: Actor) -> None:
    """The same, with the patient held. Raises NotFound, Stale, Invalid(screening_missing)."""
    found = loads.visit(opened.unit.connection, visit)
    known = say_today(opened.unit, found.patient_id, asked_on(found), said, actor=actor, now=opened.now)
    if known.version != version:
        raise Stale("screening", seen=version, current=known.version)
    opened.keep(visit)
