"""Which languages patients are spoken to in."""

from sqlalchemy import Connection, select

from clinic.db.tables.patients import patient


def spoken(connection: Connection) -> tuple[str, ...]:
    """The language of everybody who may be written to, each once, sorted."""
    query = select(patient.c.language).where(patient.c.deceased.is_(False), patient.c.restricted_at.is_(None))
    return tuple(connection.execute(query.distinct().order_by(patient.c.language)).scalars())


def of_patient(connection: Connection, patient_id: int) -> str:
    """The language that this patient is spoken to in."""
    return str(connection.execute(select(patient.c.language).where(patient.c.id == patient_id)).scalar_one())
