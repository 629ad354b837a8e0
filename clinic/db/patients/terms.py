"""The terms that patients are found by: written with the patient, in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from clinic.db.patients import records
from clinic.db.tables.patients import patient, patient_term
from clinic.domain.patients.person import Person
from clinic.domain.patients.terms import LONGEST, terms_of

A_BATCH: Final = 500


def write(connection: Connection, people: Mapping[int, Person]) -> None:
    """Nobody of these is found by anything yet; from now on by this."""
    rows = [
        {"kind": term.kind.value, "term": term.text, "sorts": person.search_name[:LONGEST], "patient_id": id_}
        for id_, person in people.items()
        for term in sorted(terms_of(person))
    ]
    if rows:
        connection.execute(insert(patient_term), rows)


def renew(connection: Connection, patient_ids: Sequence[int]) -> None:
    """Each of these is found by what is stored about him and by nothing else."""
    for at in range(0, len(patient_ids), A_BATCH):
        batch = patient_ids[at : at + A_BATCH]
        connection.execute(delete(patient_term).where(patient_term.c.patient_id.in_(batch)))
        write(connection, records.persons(connection, batch))


def everybody(connection: Connection) -> tuple[int, ...]:
    """All patients' keys, ascending."""
    return tuple(connection.execute(select(patient.c.id).order_by(patient.c.id)).scalars())


def unfound(connection: Connection) -> int:
    """How many patients no term finds."""
    known = select(patient_term.c.term).where(patient_term.c.patient_id == patient.c.id).exists()
    return int(connection.execute(select(func.count()).select_from(patient).where(~known)).scalar_one())
