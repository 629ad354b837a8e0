"""Finding the one patient that somebody means."""

from clinic.db.patients import records
from clinic.db.patients.records import Record
from clinic.db.unit import Read


def resolve(read: Read, said: str) -> Record:
    """By public id, identifier or a name that only one patient has. Raises NotFound, Invalid(patient_ambiguous)."""
    with read() as unit:
        return records.named(unit.connection, said)
