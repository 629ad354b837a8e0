"""When a patient can come, as it is stored."""

from sqlalchemy import Connection, delete, insert, select

from clinic.db.tables.patients import patient_away, patient_hours
from clinic.domain.patients.preferences import Availability, Away
from clinic.domain.practice.hours import WeeklyHours


def availability(connection: Connection, patient_id: int) -> Availability:
    """His weekly hours by weekday and start, and his days away by date."""
    hours, away = patient_hours.c, patient_away.c
    weekly = select(hours.weekday, hours.starts_minute, hours.ends_minute).where(hours.patient_id == patient_id)
    days = select(away.first_on, away.last_on).where(away.patient_id == patient_id)
    return Availability(
        tuple(WeeklyHours(*row) for row in connection.execute(weekly.order_by(hours.weekday, hours.starts_minute))),
        tuple(Away(*row) for row in connection.execute(days.order_by(away.first_on, away.last_on))),
    )


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
