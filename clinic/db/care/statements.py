"""Writing what patients say and sign. Only `services.apply` comes here."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from clinic.db.care.documents import to_document
from clinic.db.tables.care import consent, screening, screening_day
from clinic.domain.care.consents import NewConsent
from clinic.domain.care.screening import Answers, DayAnswers, Screening
from clinic.domain.errors import Stale


def add_screening(
    connection: Connection, patient_id: int, answers: Answers, before: int, questions: int, *, by: str, now: datetime
) -> None:
    """The next version of the answers; `before` is the one they follow, 0 for none."""
    told = {"patient_id": patient_id, "answers": to_document(answers), "actor": by, "answered_at": now}
    connection.execute(insert(screening).values(**told, version=before + 1, questions=questions))


def add_day(
    connection: Connection, patient_id: int, standing: Screening, on: date, said: DayAnswers, *, by: str, now: datetime
) -> None:
    """What is said on a day, beside the answers that stand."""
    told = {"patient_id": patient_id, "answers": to_document(said), "actor": by, "answered_at": now}
    connection.execute(insert(screening_day).values(**told, screening_id=standing.id, on_day=on))


def add_consent(
    connection: Connection, patient_id: int, given: NewConsent, public_id: str, *, by: str, now: datetime
) -> int:
    """A consent as it was signed; its key."""
    values = {
        "public_id": public_id,
        "patient_id": patient_id,
        "kind": given.modality.value,
        "regions": [region.value for region in given.regions],
        "lung_risk": given.lung_risk,
        "capacity": given.capacity.value,
        "way": given.way.value,
        "language": given.language,
        "text_version": given.text_version,
        "given_by": given.given_by.strip(),
        "given_at": now,
        "recorded_by": by,
    }
    return int(connection.execute(insert(consent).values(**values).returning(consent.c.id)).scalar_one())


def withdraw(connection: Connection, consent_id: int, seen: int, *, by: str, now: datetime) -> None:
    """The consent no longer stands. Raises Stale."""
    there = update(consent).where(consent.c.id == consent_id, consent.c.version == seen)
    if connection.execute(there.values(withdrawn_at=now, withdrawn_by=by, version=seen + 1)).rowcount != 1:
        current = connection.execute(select(consent.c.version).where(consent.c.id == consent_id)).scalar_one()
        raise Stale("consent", seen=seen, current=current)
