"""Every table, an area a module; importing the package fills `metadata`."""

from clinic.db.tables import (
    access,
    care,
    courses,
    messages,
    patients,
    plans,
    practice,
    records,
    repairs,
    visits,
    waiting,
)
from clinic.db.tables.meta import metadata

__all__ = [
    "access",
    "care",
    "courses",
    "messages",
    "metadata",
    "patients",
    "plans",
    "practice",
    "records",
    "repairs",
    "visits",
    "waiting",
]
