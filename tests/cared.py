"""Patients who were asked and who agreed, so that their needling may start."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from clinic.db.care import screening, statements
from clinic.db.unit import Database
from clinic.domain.care.consents import Capacity, NewConsent, Way
from clinic.domain.care.screening import Answers, DayAnswers
from clinic.domain.practice.modality import NEEDLING
from tests.world import ACTOR, NOW

NOTHING, TODAY = Answers(), DayAnswers()
CONSENT = NewConsent(min(NEEDLING), (), True, 1, "en", "Ada Adler", Capacity.PATIENT, Way.SCREEN)


def screened(database: Database, patient_id: int, answers: Answers = NOTHING, *, now: datetime = NOW) -> None:
    """The patient gave these answers."""
    with database.begin() as unit:
        known = screening.latest(unit.connection, patient_id)
        before = 0 if known is None else known.version
        statements.add_screening(unit.connection, patient_id, answers, before, 1, by=ACTOR.name, now=now)


def asked(database: Database, patient_id: int, days: Iterable[date], said: DayAnswers = TODAY) -> None:
    """Nothing changed on these days."""
    with database.begin() as unit:
        known = screening.latest(unit.connection, patient_id)
        assert known is not None
        for on in days:
            statements.add_day(unit.connection, patient_id, known, on, said, by=ACTOR.name, now=NOW)


def consented(database: Database, patient_id: int, consent: NewConsent = CONSENT) -> None:
    """The patient agreed to needling of either kind."""
    with database.begin() as unit:
        for modality in sorted(NEEDLING):
            given = replace(consent, modality=modality)
            statements.add_consent(unit.connection, patient_id, given, unit.public_id(), by=ACTOR.name, now=NOW)


def ready(database: Database, patient_id: int, *days: date) -> None:
    """Nothing speaks against needling on these days."""
    screened(database, patient_id)
    asked(database, patient_id, days)
    consented(database, patient_id)
