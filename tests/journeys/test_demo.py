"""The demo, filled whole: what there is to look at."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from clinic import wiring
from clinic.cli import demo
from clinic.cli.demo import plots
from clinic.cli.main import main
from clinic.db.visits import loads
from clinic.domain.care.findings import Level
from clinic.domain.courses.worklist import Kind
from clinic.domain.visits.changes import Move
from clinic.domain.visits.visit import Status
from clinic.services.apply.gate import foretell
from clinic.services.apply.readiness import unready
from clinic.services.courses.worklist import Asked, worklist

pytestmark = pytest.mark.journey

TODAY = "2026-11-20"


def point_at(path: Path, patch: pytest.MonkeyPatch) -> None:
    """The settings of a demo in that database."""
    patch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
    patch.setenv("CLINIC_SECRET_KEY", "k" * 32)
    patch.setenv("CLINIC_URL", "http://clinic.test")
    patch.setenv("CLINIC_DEMO", "1")


@pytest.fixture(scope="module")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The whole demo, filled once, and what it printed."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copyfile(sqlite_template, path)
    said = []
    with pytest.MonkeyPatch.context() as patch:
        point_at(path, patch)
        patch.setattr("builtins.print", lambda *words, **_: said.append(" ".join(words)))
        assert main(["demo", "--seed", "1", "--today", TODAY]) == 0
    return path, "\n".join(said)


@pytest.fixture
def settings(lived: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    point_at(lived[0], monkeypatch)
    return monkeypatch


def rows(path: Path, query: str, *values: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(query, values).fetchall()


def test_patients_are_in_every_state(lived: tuple[Path, str]) -> None:
    path, said = lived
    plans = dict(rows(path, "SELECT status, count(*) FROM plan GROUP BY 1"))
    assert set(plans) == {"active", "completed", "offered", "stopped"}
    visits = dict(rows(path, "SELECT status, count(*) FROM appointment GROUP BY 1"))
    assert visits.keys() >= {"booked", "pencilled", "done", "no_show", "cancelled", "released"}
    assert visits["no_show"] == 1
    planned = rows(path, "SELECT count(DISTINCT patient_id) FROM plan")[0][0]
    assert planned < rows(path, "SELECT count(*) FROM patient")[0][0] == 150
    assert all(fate in said for fate in plots.Fate if fate is not plots.Fate.GOES_ON)


def test_every_working_day_of_three_weeks_has_visits_and_what_is_over_is_settled(lived: tuple[Path, str]) -> None:
    path, _ = lived
    days = rows(path, "SELECT DISTINCT substr(wall, 1, 10) FROM appointment WHERE status != 'cancelled'")
    week = [f"2026-11-{day:02}" for first in (9, 16, 23) for day in range(first, first + 5)]
    assert {day for (day,) in days} >= set(week)
    over = rows(path, "SELECT DISTINCT status FROM appointment WHERE wall < ?", TODAY)
    assert {status for (status,) in over} <= {"done", "no_show", "cancelled", "released"}


@pytest.mark.usefixtures("settings")
def test_the_worklist_has_something_of_every_kind() -> None:
    now = demo.at_wall(demo.date.fromisoformat(TODAY), demo.NOW_MINUTES, demo.TZ)
    database = wiring.open_database(wiring.settings())
    found = worklist(database.read, Asked(), now=now)
    database.engine.dispose()
    assert all(found.counts[kind] for kind in Kind), found.counts


def test_letters_were_written_and_kept_in_the_house(lived: tuple[Path, str]) -> None:
    path, _ = lived
    assert dict(rows(path, "SELECT method, min(state) FROM seal GROUP BY 1")) == {
        "REQUEST": "sent",
        "CANCEL": "sent",
        "NONE": "sent",
    }
    assert rows(path, "SELECT 1 FROM seal WHERE recipient NOT LIKE '%@example.org'") == []
    assert rows(path, "SELECT 1 FROM seal WHERE sequence > 0 AND method = 'REQUEST'")


def test_the_patient_who_wants_somebody_on_leave_cannot_be_placed_and_it_says_why(
    lived: tuple[Path, str], settings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said = lived
    settings.setattr(wiring, "now", lambda: demo.at_wall(demo.date.fromisoformat(TODAY), 600, demo.TZ))
    name = next(line for line in said.splitlines() if "on leave" in line).partition(":")[0].strip()
    assert main(["plan", "--patient", name, "--protocol", "tension-headache", "--from", "2026-11-21"]) == 1
    shown = capsys.readouterr().out
    assert "Jasleen Sandhu is on leave." in shown
    assert "Allow another therapist." in shown
    assert main(["check"]) == 0


@pytest.mark.usefixtures("settings")
def test_a_second_run_changes_nothing_and_says_so(lived: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = lived
    before = rows(path, "SELECT count(*) FROM audit")
    assert main(["demo"]) == 0
    said = capsys.readouterr().out
    assert "there already" in said
    assert "desk@aire-ouse.example" in said
    assert rows(path, "SELECT count(*) FROM audit") == before


@pytest.mark.usefixtures("settings")
def test_a_course_of_ten_visits_asks_at_most_three_times_and_nothing_twice(lived: tuple[Path, str]) -> None:
    """Aspirin, diabetes, a shoulder, and several of them at once: how often a reason was asked for, and what is warned
    of where the course is looked at; whatever lies ahead asks nothing more."""
    path, _ = lived
    database = wiring.open_database(wiring.settings())
    courses = rows(path, "SELECT id FROM plan WHERE protocol_key = 'generic-myofascial' ORDER BY patient_id")
    prompts = []
    for (plan,) in courses:
        given = rows(path, "SELECT rule FROM override WHERE plan_id = ? ORDER BY id", plan)
        with database.read() as unit:
            visits = loads.of_plan(unit.connection, plan)
            ahead = [one for one in visits if one.status in (Status.BOOKED, Status.PENCILLED)]
            said = [one for visit in ahead for one in foretell(unit, [Move(visit, visit.stretches)])[0]]
            said += [one for visit in ahead for one in unready(unit, visit) if one.rule not in OF_THE_DAY]
        assert (len(visits), bool(ahead)) == (10, True)
        assert any(visit.status is Status.DONE for visit in visits)
        assert [one for one in said if one.level is not Level.WARN] == []
        warned = {one.rule for one in said}
        prompts.append([rule for (rule,) in given] + sorted(warned))
    database.engine.dispose()
    assert prompts == [[16], [19], [24], [16, 19]]
    assert all(len(asked) <= 3 and len(set(asked)) == len(asked) for asked in prompts)


OF_THE_DAY = (36,)
"""What is asked once on each day, by design: whether anything changed."""
