"""`clinic import` as a person meets it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from clinic.cli.main import main
from clinic.db.connect import open_engine

EXAMPLE = str(Path(__file__).parents[3] / "docs" / "examples" / "practice.toml")
MIKA = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:x", "value": "1"}],
    "name": [{"family": "Sample", "given": ["Mika"]}],
    "birthDate": "1980-01-01",
}


@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.ndjson"
    path.write_text(json.dumps(MIKA) + "\n" + json.dumps({**MIKA, "birthDate": "1980"}))
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    capsys.readouterr()
    assert main(["import", *arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("environment")
def test_a_practice_is_only_written_when_told_to_and_twice_is_once(capsys: pytest.CaptureFixture[str]) -> None:
    new = {"new": 16, "changed": 0, "unchanged": 0, "refused": []}
    assert printed(capsys, "practice", EXAMPLE) == new
    assert printed(capsys, "practice", EXAMPLE, "--apply") == new
    assert printed(capsys, "practice", EXAMPLE, "--apply") == {**new, "new": 0, "unchanged": 16}


@pytest.mark.usefixtures("environment")
def test_a_refused_patient_is_told_with_line_and_reason(capsys: pytest.CaptureFixture[str], people: str) -> None:
    report = printed(capsys, "patients", people, "--apply")
    assert report["refused"] == [
        {"line": 2, "why": "birthDate: year, month and day of a day that exists are needed, not 1980."}
    ]
    assert main(["import", "patients", people]) == 0
    said = capsys.readouterr().out
    assert said.startswith("0 new, 0 changed, 1 unchanged, 1 refused.\n  line 2: birthDate")
    assert said.endswith("Add --apply to write it.\n")
    assert main(["import", "patients", people, "--apply"]) == 0
    assert "dry run" not in capsys.readouterr().out


def test_stranded_visits_are_named(
    capsys: pytest.CaptureFixture[str], environment: str, people: str, tmp_path: Path
) -> None:
    printed(capsys, "patients", people, "--apply")
    printed(capsys, "practice", EXAMPLE, "--apply")
    engine = open_engine(environment)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO appointment (public_id, patient_id, location_id, kind, status, starts_tick, ends_tick, tz,"
                " wall, tzdata, needles, targets, uid, created_at, revised_at) VALUES ('v1', 1, 1, 'single', 'booked',"
                " 30000000, 30000009, 'Europe/London', '', '', 0, '[]', 'u', '2026-01-01', '2026-01-01')"
            )
        )
    engine.dispose()
    dead = tmp_path / "dead.ndjson"
    dead.write_text(json.dumps({**MIKA, "deceasedBoolean": True}))
    assert printed(capsys, "patients", str(dead))["stranded"] == ["v1"]
    assert main(["import", "patients", str(dead), "--apply"]) == 0
    assert "  visit v1\n" in capsys.readouterr().out + "\n"


@pytest.mark.usefixtures("environment")
def test_a_wrong_file_is_a_sentence_and_exit_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "patients", EXAMPLE, "--json"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "holds no FHIR resources" in err
