"""Consents, read."""

from typing import Any

from sqlalchemy import Connection, Row, select

from clinic.db.tables.care import consent
from clinic.domain.care.consents import Capacity, Consent, Way
from clinic.domain.errors import NotFound
from clinic.domain.practice.body import Region
from clinic.domain.practice.modality import Modality


def of_patient(connection: Connection, patient_id: int) -> tuple[Consent, ...]:
    """All of a patient's, withdrawn ones too, latest first."""
    query = select(consent).where(consent.c.patient_id == patient_id).order_by(consent.c.id.desc())
    return tuple(_consent(row) for row in connection.execute(query))


def of_name(connection: Connection, patient_id: int, public_id: str) -> Consent:
    """One of a patient's. Raises NotFound."""
    found = next((one for one in of_patient(connection, patient_id) if one.public_id == public_id), None)
    if found is None:
        raise NotFound("consent")
    return found


def _consent(row: Row[Any]) -> Consent:
    return Consent(
        id=row.id,
        public_id=row.public_id,
        version=row.version,
        modality=Modality(row.kind),
        regions=frozenset(Region(name) for name in row.regions),
        lung_risk=row.lung_risk,
        capacity=Capacity(row.capacity),
        given_at=row.given_at,
        given_by=row.given_by,
        text_version=row.text_version,
        language=row.language,
        way=Way(row.way),
        recorded_by=row.recorded_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
    )
