"""`clinic demo`: a believable practice, the same for a seed and a day, and never in a real practice's database."""

import argparse
import shutil
import sqlite3
from pathlib import Path

import pytest

from clinic import wiring
from clinic.cli import demo, serve
from clinic.cli.demo import plots
from clinic.cli.demo.people import DECEASED
from clinic.cli.main import main
from clinic.config import Settings
from clinic.content.demo import demo as content
from clinic.db.connect import open_engine
from clinic.db.unit import Database
from tests.world import build, patient

TODAY = "2026-11-20"


@pytest.fixture(autouse=True)
def demo_mode(environment: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CLINIC_DEMO", "1")
    return environment


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of a few courses, for what does not depend on how many there are."""
    nobody = plots.Plot(DECEASED, "plantar-heel", "leeds", -1)
    monkeypatch.setattr(demo, "courses", lambda random: [*plots.courses(random)[-3:], nobody])
    monkeypatch.setattr(demo, "singles", lambda random, first, last: plots.singles(random, 0, 1))


def database(url: str) -> Database:
    return Database(open_engine(url))


@pytest.mark.journey
@pytest.mark.usefixtures("short")
def test_the_same_seed_and_day_give_the_same_database_down_to_its_ids(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumps = []
    for seed, name in (("1", "a"), ("1", "b"), ("2", "c")):
        path = tmp_path / f"{name}.db"
        shutil.copyfile(sqlite_template, path)
        monkeypatch.setenv("CLINIC_DATABASE_URL", f"sqlite:///{path}")
        assert main(["demo", "--seed", seed, "--today", TODAY]) == 0
        with sqlite3.connect(path) as connection:
            lines = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "account" ')]
        dumps.append(lines)
    assert dumps[0] == dumps[1]
    assert dumps[0] != dumps[2]


def test_the_demo_is_refused_where_it_does_not_belong(
    demo_mode: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--today", "soon"]) == 2
    with database(demo_mode).begin() as unit:
        patient(unit.connection, 1)
    assert main(["demo"]) == 2
    assert "refused on a production database" in capsys.readouterr().err
    monkeypatch.setenv("CLINIC_DEMO", "0")
    assert main(["demo"]) == 2
    assert "CLINIC_DEMO=1" in capsys.readouterr().err


def test_the_demo_is_refused_beside_a_practice(demo_mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    build(database(demo_mode))
    assert main(["demo"]) == 2
    assert "refused on a production database" in capsys.readouterr().err


@pytest.mark.usefixtures("short")
def test_an_interrupted_demo_is_not_taken_for_a_whole_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo.Story, "live", interrupt)
        assert main(["demo", "--today", TODAY]) == 130
    assert main(["demo", "--today", TODAY]) == 2
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.usefixtures("short")
def test_a_demo_is_served_when_asked_once_it_is_there_and_its_database_is_let_go(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Database] = []
    served: list[str] = []

    def opening(settings: Settings, *, durable: bool = True) -> Database:
        opened.append(open_database(settings, durable=durable))
        return opened[-1]

    def serving(_: argparse.Namespace) -> int:
        assert opened[0].engine.pool.checkedin() == 0, "a web process would have its parent's connection"
        served.append(capsys.readouterr().out)
        return 3

    open_database = wiring.open_database
    monkeypatch.setattr(wiring, "open_database", opening)
    monkeypatch.setattr(serve, "_serve", serving)
    assert [main(["demo", "--today", TODAY, "--serve"]) for _ in range(2)] == [3, 3]
    assert ["practice is there:" in served[0], "there already" in served[1]] == [True, True]


def test_the_sign_ins_of_the_demo_are_offered_in_demo_mode_alone(
    demo_mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    emails = [each.email for each in content().accounts]
    settings = wiring.settings()
    parts = wiring.web_parts(settings, wiring.open_database(settings))
    assert [each.email for each in parts.demo_accounts] == emails
    monkeypatch.setenv("CLINIC_DEMO", "0")
    settings = wiring.settings()
    assert wiring.web_parts(settings, wiring.open_database(settings)).demo_accounts == ()
