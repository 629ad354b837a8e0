"""Writing what a patient says and signs, each with its entry in the audit trail: ids and versions, no answers."""

from datetime import date, datetime

from clinic.db.access import audit
from clinic.db.access.audit import Entry
from clinic.db.care import screening, statements
from clinic.db.unit import Unit
from clinic.domain.access.actors import Actor
from clinic.domain.care.consents import Consent, NewConsent
from clinic.domain.care.screening import Answers, DayAnswers, Screening
from clinic.domain.errors import Invalid


def say(unit: Unit, patient_id: int, answers: Answers, questions: int, *, actor: Actor, now: datetime) -> bool:
    """The next version of the answers; False where nothing differs from the last. The caller holds the patient."""
    actor.require("screening.write")
    known = screening.latest(unit.connection, patient_id)
    if known is not None and (known.answers, known.questions) == (answers, questions):
        return False
    before = 0 if known is None else known.version
    statements.add_screening(unit.connection, patient_id, answers, before, questions, by=actor.name, now=now)
    detail = {"version": before + 1, "questions": questions}
    entry = Entry("screening.write", "screening.answered", "patient", patient_id, patient_id, detail)
    audit.append(unit.connection, [entry], actor=actor, now=now)
    return True


def say_today(unit: Unit, patient_id: int, on: date, said: DayAnswers, *, actor: Actor, now: datetime) -> Screening:
    """The standing answers still hold on that day, and what else is said. Raises Invalid(screening_missing)."""
    actor.require("screening.write")
    known = screening.latest(unit.connection, patient_id)
    if known is None:
        raise Invalid("screening_missing")
    statements.add_day(unit.connection, patient_id, known, on, said, by=actor.name, now=now)
    detail = {"version": known.version, "day": on.isoformat()}
    entry = Entry("screening.write", "screening.reaffirmed", "patient", patient_id, patient_id, detail)
    audit.append(unit.connection, [entry], actor=actor, now=now)
    return known


def agree(unit: Unit, patient_id: int, given: NewConsent, *, actor: Actor, now: datetime) -> None:
    """A consent was signed."""
    actor.require("consent.write")
    id_ = statements.add_consent(unit.connection, patient_id, given, unit.public_id(), by=actor.name, now=now)
    detail = {"text": given.text_version, "way": given.way.value, "capacity": given.capacity.value}
    entry = Entry("consent.write", "consent.given", "consent", id_, patient_id, detail)
    audit.append(unit.connection, [entry], actor=actor, now=now)


def withdraw(unit: Unit, patient_id: int, consent: Consent, who: str, *, actor: Actor, now: datetime) -> None:
    """A consent stands no longer. Raises Stale."""
    actor.require("consent.write")
    statements.withdraw(unit.connection, consent.id, consent.version, by=who, now=now)
    entry = Entry("consent.write", "consent.withdrawn", "consent", consent.id, patient_id)
    audit.append(unit.connection, [entry], actor=actor, now=now)
