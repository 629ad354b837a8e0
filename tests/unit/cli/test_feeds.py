import json

import pytest

from clinic import wiring
from clinic.cli.main import main
from clinic.db.unit import Database
from clinic.domain.errors import NotFound
from clinic.services.messages import feeds
from tests.world import NOW, build


@pytest.fixture
def database(environment: str, sqlite_database: Database) -> Database:
    build(sqlite_database)
    return sqlite_database


def fetched(database: Database, address: str) -> bytes:
    token = address.removeprefix("http://clinic.test/feeds/").removesuffix(".ics")
    return feeds.fetch(database.begin, database.read, token, by="test", now=NOW).body


def test_a_calendar_is_made_for_a_patient_and_its_address_shown_once(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feed", "create", "--patient", "Ada Adler1", "--name", "iPhone", "--json"]) == 0
    said = capsys.readouterr()
    shown = json.loads(said.out)
    assert said.err == ""
    assert shown["webcal"] == shown["address"].replace("http://", "webcal://")
    assert fetched(database, shown["address"]).startswith(b"BEGIN:VCALENDAR\r\n")
    assert main(["feed", "revoke", shown["feed"]]) == 0
    with pytest.raises(NotFound):
        fetched(database, shown["address"])


def test_a_calendar_is_made_for_a_therapist(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", "create", "--staff", "t1"]) == 0
    said = capsys.readouterr()
    assert fetched(database, said.out.strip()).startswith(b"BEGIN:VCALENDAR\r\n")
    assert "not shown again" in said.err


def test_calendars_of_rooms_and_locations_are_made_and_all_are_listed(
    database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: NOW)
    for what, code in (("--room", "room-1"), ("--location", "mitte"), ("--staff", "t2")):
        assert main(["feed", "create", what, code, "--name", "wall"]) == 0
    assert main(["feed", "create", "--patient", "patient1", "--name", "iPhone", "--shared"]) == 0
    fetched(database, capsys.readouterr().out.splitlines()[0])
    assert main(["feed", "list"]) == 0
    lines = [line.split("\t")[:5] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["staff", "C. Marin", "wall", "never", ""],
        ["location", "Mitte", "wall", "never", ""],
        ["room", "Room 1", "wall", "fresh", "test"],
    ]
    assert main(["feed", "list", "--patient", "patient1"]) == 0
    assert capsys.readouterr().out.startswith("patient\t\tiPhone\tnever\t\t")


def test_nobodys_calendar_is_not_made(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", "create", "--patient", "Nobody"]) == 2
    assert main(["feed", "create", "--staff", "nobody"]) == 2
    assert main(["feed", "revoke", "nothing"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 3
