from datetime import date

import pytest

from clinic import wiring
from clinic.cli.main import main
from clinic.db.patients.find import find
from clinic.db.tables.patients import patient_term
from tests.world import build


@pytest.mark.parametrize("command", [["index"], ["db", "upgrade"]])
def test_what_patients_are_found_by_is_written_anew(environment: str, command: list[str]) -> None:
    database = wiring.open_database(wiring.settings())
    build(database)
    with database.begin() as unit:
        unit.connection.execute(patient_term.delete())
    assert main(command) == 0
    with database.read() as unit:
        assert len(find(unit.connection, "ada", today=date(2026, 11, 20))) == 2
