"""`clinic repair`: what becomes of somebody's visits, from the command line."""

import json

import pytest
from sqlalchemy import func, select

from clinic.cli.main import main
from clinic.db.tables.practice import absence, closure
from clinic.db.tables.repairs import repair as table
from clinic.db.unit import Database
from tests.under_way import under_way
from tests.world import World, build

WEEK = ("--from", "2026-11-23", "--until", "2026-11-27")


@pytest.fixture
def practice(database: Database) -> World:
    found = build(database)
    under_way(database, found, ("booked", 3), ("booked", 7))
    return found


def count(database: Database, what: object) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(select(func.count()).select_from(what)).scalar_one())  # type: ignore[arg-type]


@pytest.mark.usefixtures("practice")
def test_a_dry_run_says_who_would_move_and_writes_nothing(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["repair", "--therapist", "lindqvist", *WEEK]) == 0
    said = capsys.readouterr().out
    assert "Mon 2026-11-23 10:00 → Mon 2026-11-23 10:00  C. Marin  Room 1  Ada Adler1 (born 1980-03-01)" in said
    told = "Visits that move: 2, that have no place: 0.\n  Patients: 1\n  Day and time as before: 2 visits\n"
    assert f"{told}  Another therapist: 2 visits\n  Gaps between visits: as before\nNo other proposal" in said
    assert "cost" not in said
    assert "add --apply" in said
    assert (count(database, table), count(database, absence)) == (0, 0)


@pytest.mark.usefixtures("practice")
def test_as_json_it_is_entered_and_moved(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", "--therapist", "t1", *WEEK, "--kind", "sick", "--apply", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["objective"], told["bound"], told["proven"], told["unplaced"]) == (24, 24, True, [])
    move = told["moves"][0]
    assert (move["patient"], move["from"], move["starts"]) == ("patient1", "2026-11-23T09:00Z", "2026-11-23T09:00Z")
    assert (move["therapist"], move["room"]) == ("C. Marin", "Room 1")
    assert (count(database, table), count(database, absence)) == (1, 1)
    assert main(["repair", "--therapist", "t1", *WEEK, "--apply"]) == 0
    assert "No visit ahead is affected" in capsys.readouterr().out
    assert count(database, absence) == 1


def test_who_has_no_place_is_named_with_why(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    only = {"therapist": "staff1", "therapist_required": True}
    under_way(database, practice, ("done", -3), ("booked", 3), ("booked", 9), patient=1, hour=14, preferences=only)
    assert main(["repair", "--therapist", "t1", *WEEK, "--apply"]) == 1
    said = capsys.readouterr().out
    assert "Mon 2026-11-23 14:00 has no place: Ada Adler2" in said
    assert "Allow another therapist. (Mon 2026-11-23 14:00)" in said
    assert "Visits moved: 2." in said


@pytest.mark.usefixtures("practice")
def test_a_room_is_closed_and_a_course_handed_over(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", "--room", "room-1", *WEEK, "--apply"]) == 0
    assert "Room 2" in capsys.readouterr().out
    assert count(database, closure) == 1
    assert main(["repair", "--therapist", "t1", "--from", "2026-11-23T08:00+01:00", "--to", "t2"]) == 0
    assert "C. Marin" in capsys.readouterr().out
    assert main(["repair", "--location", "mitte", "--from", "2026-11-23"]) == 0


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(
    "said", [("--therapist", "nobody", *WEEK), ("--room", "x", *WEEK), ("--room", "room-1", "--from", "soon")]
)
def test_what_is_not_known_is_said(said: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", *said]) == 2
    assert capsys.readouterr().err.startswith("clinic: ")


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(
    "first",
    ["20261123xx", "20261123", "2026-W48-1", "2026-11-23T10", "2026-11-23T10:00:30", "2026-11-23T10:00+0100", "T10:00"],
)
def test_a_day_and_a_time_are_written_in_one_way(first: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", "--therapist", "t1", "--from", first, "--until", "2026-11-27"]) == 2
    assert "from must be written like 2026-11-23" in capsys.readouterr().err


@pytest.mark.usefixtures("practice")
def test_a_time_that_the_clock_shows_twice_asks_which_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", "--therapist", "t1", "--from", "2027-10-31T02:30", "--until", "2027-10-31"]) == 2
    assert "write 2027-10-31T02:30+02:00 for the first of the two" in capsys.readouterr().err
    assert main(["repair", "--therapist", "t1", "--from", "2027-03-28T02:30", "--until", "2027-03-28"]) == 2
    assert "jumps from 02:00 to 03:00" in capsys.readouterr().err


def test_one_course_alone_is_handed_over(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    course = under_way(database, practice, ("booked", 4), patient=1, hour=14)
    words = ("repair", "--therapist", "t1", "--from", "2026-11-23", "--to", "t2", "--plan", course, "--json")
    assert main([*words]) == 0
    assert [move["patient"] for move in json.loads(capsys.readouterr().out)["moves"]] == ["patient2"]
