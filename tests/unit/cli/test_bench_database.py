"""`clinic bench place --from-db`: the same answer from a database as from the file."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clinic.cli.main import main
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from tests.unit.interchange.test_instances import INSTANCE
from tests.world import build


def answered(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    main(["bench", "place", *argv, "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert all(value > 0 for value in answer.pop("ms").values())
    return answer


def written(tmp_path: Path, name: str = "small", **changed: Any) -> str:
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(deepcopy(INSTANCE) | changed))
    return str(path)


def test_the_answer_from_a_database_is_that_of_the_file_and_the_problem_is_laid_into_it_once(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    expected = answered(capsys, path)
    assert expected["sessions"]
    for _ in range(2):
        assert answered(capsys, path, "--from-db") == expected
    engine = open_engine(environment)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM location")).scalar_one() == 1
    engine.dispose()
    assert main(["check"]) == 0


def test_a_problem_lies_beside_a_practice_without_touching_it(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine(environment)
    build(Database(engine))
    path = written(tmp_path)
    expected = answered(capsys, path)
    assert answered(capsys, path, "--from-db") == expected
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM practice")).scalar_one() == "Needle & Movement"
    engine.dispose()


def test_odd_hours_long_and_overlapping_busy_times_and_days_away_come_through(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    therapists = deepcopy(INSTANCE["therapists"])
    day = "2026-10-19"
    therapists[-1]["busy"] += [[f"{day}T07:00Z", "2026-10-22T18:00Z"], [f"{day}T09:00Z", f"{day}T10:01Z"]]
    hours = [
        {"dow": dow, "start": start, "end": end}
        for dow in range(5)
        for start, end in (("08:02", "11:00"), ("10:00", "16:58"))
    ]
    patient = {"available": hours, "away": ["2026-10-26"]}
    path = written(tmp_path, therapists=therapists, patient=patient)
    assert answered(capsys, path, "--from-db") == answered(capsys, path)
    path = written(tmp_path, "never", patient={"available": [], "away": []})
    assert answered(capsys, path, "--from-db") == answered(capsys, path)
    path = written(tmp_path, "nobody", rooms=[], therapists=[], work={"dow": [], "start": "08:00", "end": "09:00"})
    assert answered(capsys, path, "--from-db") == answered(capsys, path)


@pytest.mark.usefixtures("environment")
def test_a_broken_file_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    assert main(["bench", "place", str(path), "--from-db"]) == 2
    assert "format" in capsys.readouterr().err
