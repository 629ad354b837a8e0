"""Writing when a patient can come."""

from sqlalchemy import Connection, delete, insert

from clinic.db.tables.patients import patient_away, patient_hours
from clinic.domain.patients.preferences import Availability


def replace(connection: Connection, patient_id: int, availability: Availability) -> None:
    """Make these his weekly hours and days away."""
    hours = [
        {"weekday": each.weekday, "starts_minute": each.starts_minute, "ends_minute": each.ends_minute}
        for each in availability.hours
    ]
    away = [{"first_on": each.first_on, "last_on": each.last_on} for each in availability.away]
    for table, rows in ((patient_hours, hours), (patient_away, away)):
        connection.execute(delete(table).where(table.c.patient_id == patient_id))
        if rows:
            connection.execute(insert(table), [{"patient_id": patient_id, **row} for row in rows])
