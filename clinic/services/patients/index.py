"""Writing anew what patients are found by: after an upgrade, or when a rule of finding has changed."""

from clinic.db.patients import records, terms
from clinic.db.unit import Begin, Read, retrying

A_TURN = 200
"""Patients whose terms are written in one transaction: others write in between."""


def index_missing(begin: Begin, read: Read) -> int:
    """Write the terms of everybody where somebody has none; how many patients that were."""
    with read() as unit:
        unfound = terms.unfound(unit.connection)
    return index(begin, read) if unfound else 0


def index(begin: Begin, read: Read) -> int:
    """Write everybody's terms; how many patients there are. Stopped half way it does no harm."""
    with read() as unit:
        everybody = terms.everybody(unit.connection)
    for at in range(0, len(everybody), A_TURN):
        _renew(begin, everybody[at : at + A_TURN])
    return len(everybody)


@retrying
def _renew(begin: Begin, patient_ids: tuple[int, ...]) -> None:
    with begin() as unit:
        unit.hold(records.resources(unit.connection, patient_ids))
        terms.renew(unit.connection, patient_ids)
