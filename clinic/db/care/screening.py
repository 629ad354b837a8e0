"""What patients said of their health, read."""

from datetime import date

from sqlalchemy import Connection, select

from clinic.db.care.documents import answers_from, day_from
from clinic.db.tables.care import screening, screening_day
from clinic.domain.care.screening import DayAnswers, Screening


def latest(connection: Connection, patient_id: int) -> Screening | None:
    """The answers that stand; None while nobody asked."""
    query = select(screening).where(screening.c.patient_id == patient_id).order_by(screening.c.version.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Screening(row.id, row.version, answers_from(row.answers), row.answered_at, row.questions)


def on_day(connection: Connection, patient_id: int, standing: Screening | None, on: date) -> DayAnswers | None:
    """What was said that day; None while nobody asked, or where the standing answers changed since."""
    if standing is None:
        return None
    query = (
        select(screening_day.c.screening_id, screening_day.c.answers)
        .where(screening_day.c.patient_id == patient_id, screening_day.c.on_day == on)
        .order_by(screening_day.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return day_from(row.answers) if row is not None and row.screening_id == standing.id else None
