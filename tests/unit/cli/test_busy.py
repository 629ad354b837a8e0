"""Own calendars and whose account it is, from the command line."""

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from clinic.cli import busy as module
from clinic.cli.main import main
from clinic.db.practice import busy as stored
from clinic.db.tables.access import account
from clinic.db.tables.practice import staff
from clinic.db.unit import Database
from clinic.domain.errors import Invalid
from clinic.services.practice.busy_reading import read_due
from tests.world import NOW, build

ICS = b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"


@pytest.fixture
def database(environment: str, sqlite_database: Database) -> Database:
    build(sqlite_database)
    return sqlite_database


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["busy", "list", "--json"]) == 0
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_an_address_is_taken_from_standard_input_and_never_shown(
    database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("https://calendar.example.org/private-7f3.ics\n"))
    assert main(["busy", "add", "--staff", "t1", "--name", "Family"]) == 0
    [line] = listed(capsys)
    assert (line["staff"], line["name"], line["kind"], line["good_at"]) == ("t1", "Family", "address", None)
    assert main(["busy", "list"]) == 0
    said = capsys.readouterr().out
    assert f"{line['public_id']}  t1  Family  address  read never\n" == said
    assert main(["busy", "remove", "--staff", "t1", line["public_id"]]) == 0
    assert listed(capsys) == []


def test_what_is_due_is_read_and_faults_are_told(
    database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: object, **kwargs: object) -> int:
        def fetch(*_: object) -> object:
            raise Invalid("busy_denied")

        return read_due(*args, **kwargs, fetch=fetch)  # type: ignore[arg-type]

    monkeypatch.setattr("sys.stdin", io.StringIO("https://calendar.example.org/private-7f3.ics\n"))
    main(["busy", "add", "--staff", "t1", "--name", "Family"])
    monkeypatch.setattr(module, "read_due", failing)
    capsys.readouterr()
    assert main(["busy", "read"]) == 0
    said = capsys.readouterr()
    assert said.out == "1 calendars read, 1 of all have a fault.\n"
    assert "refuses to show it" in said.err


def test_a_file_is_read_at_once(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.ics"
    file.write_bytes(ICS)
    assert main(["busy", "add", "--staff", "t1", "--name", "Hospital", "--file", str(file)]) == 0
    assert listed(capsys)[0]["kind"] == "file"
    file.write_bytes(ICS + b"x" * (2 << 20))
    assert main(["busy", "add", "--staff", "t1", "--name", "Large", "--file", str(file)]) == 2
    assert main(["busy", "add", "--staff", "t1", "--name", "None", "--file", str(tmp_path / "none")]) == 2
    assert main(["busy", "add", "--staff", "nobody", "--name", "x", "--file", str(file)]) == 2
    with database.read() as unit:
        assert len(stored.lines(unit.connection)) == 1


def test_an_account_is_tied_to_one_therapist_at_a_time(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"public_id": "me", "email": "m@x.test", "name": "M", "password_hash": "-", "created_at": NOW}
    with database.begin() as unit:
        unit.connection.execute(account.insert().values(values))

    def tied() -> list[str]:
        with database.read() as unit:
            query = select(staff.c.code).where(staff.c.account_id.is_not(None))
            return list(unit.connection.execute(query).scalars())

    for given, found in ((["--staff", "t1"], ["t1"]), (["--staff", "t2"], ["t2"]), (["--nobody"], [])):
        assert main(["account", "tie", "--email", "M@x.test", *given]) == 0
        assert tied() == found
    assert main(["account", "tie", "--email", "m@x.test", "--staff", "t9"]) == 2
    assert main(["account", "tie", "--email", "nobody@x.test", "--staff", "t1"]) == 2
    capsys.readouterr()
