"""`clinic bench repair`: the answer from a file, and the same from a database."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinic import wiring
from clinic.cli.main import main
from clinic.config import Settings
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from tests.unit.interchange.test_repair_instances import INSTANCE


def written(tmp_path: Path, name: str = "ill", **changed: Any) -> str:
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(deepcopy(INSTANCE) | changed))
    return str(path)


def answered(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    status = main(["bench", "repair", *argv, "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == (1 if answer["unplaced"] else 0)
    ms = answer.pop("ms")
    assert list(ms) == ["load", "build", "solve"]
    assert all(value > 0 for value in ms.values())
    return answer


def test_a_repair_is_answered_as_json_with_a_move_for_everyone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(capsys, written(tmp_path)) == {
        "instance": "ill",
        "objective": 34,
        "bound": 34,
        "unplaced": [],
        "moves": [
            {"id": "P0.0", "starts": "2026-10-20T09:30Z", "therapist": "T1", "room": "R0"},
            {"id": "P0.1", "starts": "2026-10-23T09:00Z", "therapist": "T1", "room": "R0"},
            {"id": "P1.0", "starts": "2026-10-26T08:30Z", "therapist": "T0", "room": "R0"},
        ],
    }


def test_whoever_has_no_place_is_named_with_what_would_help(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    courses = deepcopy(INSTANCE["courses"])
    courses[1]["prev_fixed"] = "2026-10-19"
    courses[1]["max_gap"] = courses[1]["ideal_gap"] = 5
    path = written(tmp_path, courses=courses)
    (left,) = answered(capsys, path)["unplaced"]
    helps = [{"code": "longer_gap", "starts": "2026-10-26T08:30Z", "days": 2}]
    assert left == {"id": "P1.0", "why": "gaps_leave_nothing", "helps": helps}
    assert main(["bench", "repair", path]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ill: cost ")
    assert "proven (load " in lines[0]
    assert lines[1] == "2026-10-20T09:30Z  T1  R0  P0.0"
    assert lines[-1].startswith(
        "P1.0: Nothing is free on the days that its course leaves it. Allow 2 days more between"
    )
    nobody = answered(capsys, written(tmp_path, therapists=INSTANCE["therapists"][:1], horizon_days=5))
    assert {each["why"] for each in nobody["unplaced"]} == {"nothing_free"}
    assert (nobody["objective"], nobody["moves"]) == (0, [])


@pytest.fixture
def either(environment: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The environment with one database, then the other; what is opened is closed."""
    assert environment
    monkeypatch.setenv("CLINIC_DATABASE_URL", database_url)
    opened: list[Database] = []
    opening = wiring.open_database

    def kept(given: Settings) -> Database:
        opened.append(opening(given))
        return opened[-1]

    monkeypatch.setattr(wiring, "open_database", kept)
    yield database_url
    for each in opened:
        each.engine.dispose()


@pytest.mark.thorough
def test_the_answer_from_a_database_is_that_of_the_file_and_the_problem_is_laid_into_it_once(
    either: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    expected = answered(capsys, path)
    for _ in range(2):
        assert answered(capsys, path, "--from-db") == expected
    engine = open_engine(either)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM location")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM patient WHERE given_names = 'Course'")).scalar_one() == 3
    engine.dispose()
    assert main(["check"]) == 0


@pytest.mark.usefixtures("environment")
def test_a_problem_without_hours_or_courses_comes_through_a_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "none", courses=[], work={"dow": [], "start": "08:00", "end": "09:00"})
    for _ in range(2):
        assert answered(capsys, path, "--from-db") == answered(capsys, path)


@pytest.mark.usefixtures("environment")
def test_a_broken_file_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    for also in ([], ["--from-db"]):
        assert main(["bench", "repair", str(path), *also]) == 2
        assert "format" in capsys.readouterr().err
