import argparse
import json
from pathlib import Path

import pytest

from clinic.cli import bench
from clinic.domain.errors import Invalid
from tests.unit.interchange.test_instances import INSTANCE, changed


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    bench.register(parser.add_subparsers())
    args = parser.parse_args(["bench", "place", *argv])
    return int(args.func(args))


@pytest.fixture
def solvable(tmp_path: Path) -> str:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(INSTANCE))
    return str(path)


@pytest.fixture
def unsolvable(tmp_path: Path) -> str:
    path = tmp_path / "none.json"
    path.write_text(json.dumps(changed("rooms", [])))
    return str(path)


def test_an_instance_is_answered_as_json_and_nothing_else(solvable: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(solvable, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["instance", "objective", "proven", "sessions", "ms"]
    assert answer["instance"] == "small"
    assert answer["objective"] == 0
    assert answer["proven"] is True
    assert answer["sessions"] == [
        {"starts": "2026-10-19T10:00Z", "therapist": "T1", "room": "R0"},
        {"starts": "2026-10-26T09:00Z", "therapist": "T1", "room": "R0"},
    ]
    assert list(answer["ms"]) == ["load", "candidates", "search"]
    assert all(value > 0 for value in answer["ms"].values())


def test_an_instance_without_a_course_is_told_by_the_exit_status(
    unsolvable: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(unsolvable, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["objective"], answer["sessions"]) == (None, [])
    assert run(unsolvable) == 1
    assert "no course" in capsys.readouterr().out


def test_an_answer_is_written_for_people_too(solvable: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(solvable) == 0
    first, *visits = capsys.readouterr().out.splitlines()
    assert first.startswith("small: cost 0, proven (load ")
    assert visits == ["2026-10-19T10:00Z  T1  R0", "2026-10-26T09:00Z  T1  R0"]


def test_any_source_of_an_instance_is_measured_after_a_warm_up(solvable: str) -> None:
    loaded = []

    def load() -> bench.PlaceInstance:
        loaded.append(bench.read_place(Path(solvable)))
        return loaded[-1]

    assert bench.place(load)["objective"] == 0
    assert len(loaded) == 2 * bench.RUNS


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{}")
    with pytest.raises(Invalid) as refused:
        bench.place_from_file(path)
    assert refused.value.code == "file_format"
