"""Writing patients: new ones with the resource that holds their time, changed ones against the version seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from clinic.db.patients import terms
from clinic.db.patients.records import Record
from clinic.db.patients.rows import choices_to, person_to
from clinic.db.practice import resources
from clinic.db.tables.patients import patient, patient_identifier
from clinic.domain.errors import Stale
from clinic.domain.ids import PublicId
from clinic.domain.patients.choices import Choices
from clinic.domain.patients.person import Identifier, Person

ONE_AT_A_TIME = 0
"""No resource has this key: whoever adds patients holds it, so that nobody is added twice."""

New = tuple[PublicId, Person, Choices]


def add(connection: Connection, people: Sequence[New], *, now: datetime) -> tuple[int, ...]:
    """Insert them; their keys in the same order."""
    if not people:
        return ()
    rows = [
        {"public_id": public_id, "created_at": now, **person_to(person), **choices_to(choices)}
        for public_id, person, choices in people
    ]
    statement = insert(patient).returning(patient.c.id, sort_by_parameter_order=True)
    ids = tuple(connection.execute(statement, rows).scalars())
    resources.add_patients(connection, ids)
    _identify(connection, ((id_, each.identifiers) for id_, (_, each, _) in zip(ids, people, strict=True)))
    terms.write(connection, {id_: each for id_, (_, each, _) in zip(ids, people, strict=True)})
    return ids


def tell(connection: Connection, known: Person, patient_id: int, anew: Person) -> None:
    """Store what an import says about a patient, whatever the version: nobody filled in a form."""
    values = {**person_to(anew), **_unproven(known, anew)}
    connection.execute(
        update(patient).where(patient.c.id == patient_id).values(version=patient.c.version + 1, **values)
    )
    _identify(connection, [(patient_id, anew.identifiers - known.identifiers)])
    terms.renew(connection, [patient_id])


def change(connection: Connection, known: Record, person: Person, choices: Choices, *, seen: int) -> None:
    """Store what somebody typed who saw version `seen`. Raises Stale."""
    values = {**person_to(person), **choices_to(choices), **_unproven(known.person, person)}
    _revise(connection, known.id, seen, values)
    terms.renew(connection, [known.id])


def touch(connection: Connection, patient_id: int, *, seen: int) -> None:
    """Raise the version of a record of which something changes that stands in another table. Raises Stale."""
    _revise(connection, patient_id, seen, {})


def _revise(connection: Connection, patient_id: int, seen: int, values: Mapping[str, Any]) -> None:
    written = connection.execute(
        update(patient).where(patient.c.id == patient_id, patient.c.version == seen).values(version=seen + 1, **values)
    )
    if not written.rowcount:
        current = connection.execute(select(patient.c.version).where(patient.c.id == patient_id)).scalar_one()
        raise Stale("patient", seen=seen, current=current)


def _unproven(known: Person, anew: Person) -> dict[str, str]:
    """Another address has proven nothing yet."""
    return {} if known.email == anew.email else {"email_state": "unproven"}


def _identify(connection: Connection, people: Iterable[tuple[int, Iterable[Identifier]]]) -> None:
    rows = [
        {"patient_id": id_, "system": each.system, "value": each.value}
        for id_, identifiers in people
        for each in sorted(identifiers)
    ]
    if rows:
        connection.execute(insert(patient_identifier), rows)
