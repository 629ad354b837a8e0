"""`clinic replan`: the rest of a course from the command line."""

import json

import pytest

from clinic.cli.main import main
from clinic.db.unit import Database
from tests.under_way import under_way
from tests.world import World, build


@pytest.fixture
def world(database: Database) -> World:
    return build(database)


def test_the_difference_is_printed_and_written_when_told_to(
    database: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = under_way(database, world, ("done", -3), ("cancelled", 4), ("booked", 5), ("booked", 10))
    assert main(["replan", "--plan", plan]) == 0
    said = capsys.readouterr().out
    assert "*   2  Tue 2026-11-24 10:00  B. Lindqvist  →  Mon 2026-11-23 10:00  B. Lindqvist" in said
    assert "    4  Mon 2026-11-30 10:00  B. Lindqvist\n" in said
    assert "add --apply" in said
    assert main(["replan", "--plan", plan, "--apply", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["plan"], told["applied"], told["failure"]) == (plan, True, None)
    assert [(each["number"], each["change"]) for each in told["visits"]] == [(2, "new"), (3, "moves"), (4, "stays")]
    assert told["visits"][1]["to"] == {"starts": "2026-11-26T10:00+01:00", "therapist": "B. Lindqvist"}
    assert main(["replan", "--plan", plan]) == 0
    assert "Nothing has to change." in capsys.readouterr().out


def test_why_there_is_no_way_is_said_with_what_would_help(
    database: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = under_way(database, world, ("done", -1), ("booked", 3), ("booked", 7), ("booked", 11))
    assert main(["replan", "--plan", plan, "--gap-after", "6", "--keep", "3", "--apply"]) == 1
    said = capsys.readouterr().out
    assert "Session 3 cannot be placed" in said
    assert "  Mon 2026-11-30  The session is pinned to another time." in said
    assert "What would help:" in said
    assert main(["replan", "--plan", plan, "--gap-after", "6", "--keep", "3", "--json"]) == 1
    failure = json.loads(capsys.readouterr().out)["failure"]
    assert (failure["session"], failure["proven"], failure["complete"]) == (3, True, True)


def test_a_course_with_nothing_ahead_and_one_that_is_not_there_are_told(
    database: Database, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = under_way(database, world, ("done", -5), ("done", -1))
    assert main(["replan", "--plan", plan, "--apply"]) == 0
    assert "Nothing of the course is left to place." in capsys.readouterr().out
    assert main(["replan", "--plan", "nobody"]) == 2
    new = under_way(database, world, ("done", -1), None, patient=1, hour=11)
    assert main(["replan", "--plan", new]) == 0
    assert "no date  →" in capsys.readouterr().out
