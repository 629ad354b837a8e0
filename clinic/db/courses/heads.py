"""What every screen that names a course says of it: its patient, its place and who leads it."""

from typing import Any, Final

from sqlalchemy import Select, select

from clinic.db.tables.courses import plan
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import location, staff

_COLUMNS: Final = (
    plan.c.id,
    plan.c.public_id,
    plan.c.version,
    plan.c.title,
    (patient.c.given_names + " " + patient.c.family_name).label("patient"),
    patient.c.public_id.label("patient_public_id"),
    patient.c.birth_on.label("born_on"),
    location.c.name.label("location"),
    staff.c.name.label("lead"),
)


def heads(*more: Any) -> Select[Any]:
    """A row for each plan, with `more` columns of the plan, its patient, location or lead."""
    return (
        select(*_COLUMNS, *more)
        .select_from(plan)
        .join(patient, patient.c.id == plan.c.patient_id)
        .join(location, location.c.id == plan.c.location_id)
        .outerjoin(staff, staff.c.id == plan.c.lead_staff_id)
    )
