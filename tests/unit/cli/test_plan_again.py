"""`clinic plan --book`, where something stands already or comes between."""

import json

import pytest
from sqlalchemy import text, update

from clinic.cli import plan, replan
from clinic.cli.main import main
from clinic.db.tables.courses import plan as courses
from clinic.db.unit import Database
from clinic.domain.care.screening import Answers
from clinic.domain.errors import SlotTaken, Stale
from tests.cared import screened
from tests.under_way import under_way
from tests.world import World, build

WORDS = ("plan", "--protocol", "tension-headache", "--from", "2026-11-23", "--patient")


@pytest.fixture
def practice(database: Database) -> World:
    return build(database)


def count(database: Database) -> int:
    with database.read() as unit:
        return int(unit.connection.execute(text("SELECT count(*) FROM plan")).scalar_one())


@pytest.mark.usefixtures("practice")
def test_a_command_that_is_run_twice_books_one_course(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*WORDS, "patient1", "--book", "--json"]) == 0
    course = json.loads(capsys.readouterr().out)["plan"]
    assert main([*WORDS, "patient1", "--book"]) == 2
    refused = capsys.readouterr()
    assert (refused.out, count(database)) == ("", 1)
    assert refused.err.startswith(f"clinic: The patient has a course of this protocol already ({course}), nothing was")
    assert main([*WORDS, "patient1"]) == 0
    assert "already, from 2026-11-23 on: this is a second one beside it." in capsys.readouterr().out
    assert main([*WORDS, "patient1", "--book", "--again", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same_protocol"] == [course]
    assert main([*WORDS, "patient2", "--book"]) == 0, "another patient"
    assert count(database) == 3


@pytest.mark.usefixtures("practice")
def test_a_course_that_is_over_stands_in_no_ones_way(database: Database) -> None:
    assert main([*WORDS, "patient1", "--book"]) == 0
    with database.begin() as unit:
        unit.connection.execute(update(courses).values(status="stopped"))
    assert main([*WORDS, "patient1", "--book"]) == 0


def test_what_a_rule_says_is_said_before_and_a_reason_is_given_where_it_asks_for_one(
    database: Database, practice: World, capsys: pytest.CaptureFixture[str]
) -> None:
    screened(database, practice.patients[0], Answers(antithrombotics=True))
    assert main([*WORDS, "patient1", "--json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)["spoken"]
    assert rule["level"] == "override"
    assert main([*WORDS, "patient1"]) == 0
    assert rule["says"] in capsys.readouterr().out
    assert main([*WORDS, "patient1", "--book"]) == 2
    assert "medicine against clotting" in capsys.readouterr().err
    assert main([*WORDS, "patient1", "--book", "--reason", "Her physician agrees"]) == 0


def test_who_lost_his_time_to_somebody_is_told_to_run_the_command_again(
    database: Database, practice: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def overtaken(*_: object, **__: object) -> None:
        raise SlotTaken(session=1)

    def changed(*_: object, **__: object) -> None:
        raise Stale("visit", seen=1, current=2)

    course = under_way(database, practice, ("booked", 3), patient=1)
    monkeypatch.setattr(plan, "book", overtaken)
    monkeypatch.setattr(replan, "replan", changed)
    for words in ((*WORDS, "patient1", "--book"), ("replan", "--plan", course, "--apply")):
        assert main(words) == 2
        said = "Somebody changed something meanwhile, nothing was written: run the command again."
        assert capsys.readouterr().err == f"clinic: {said}\n"
