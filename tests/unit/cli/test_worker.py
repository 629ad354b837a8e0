import json
import signal
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import update

from clinic import logs, wiring
from clinic.cli import worker
from clinic.cli.main import main
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.worker.parts import Parts
from tests.db.post import Post
from tests.world import NOW, build


@pytest.fixture
def post(environment: str, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A visit whose letter is due, as the command line finds it."""
    monkeypatch.setattr(wiring, "now", lambda: NOW + timedelta(hours=1))
    return Post(sqlite_database, build(sqlite_database)).book()


def test_one_round_of_work_sends_what_is_due(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLINIC_SMTP_URL", f"dir://{tmp_path}/mails")
    assert main(["worker", "--once", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"sealed": 1, "dropped": 0, "faulty": 0, "sent": 1, "failed": 0, "jobs": 2}
    assert said.err == ""
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1


def test_without_a_mail_server_the_worker_says_what_waits(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--once"]) == 0
    said = capsys.readouterr()
    assert said.err == "clinic: CLINIC_SMTP_URL is not set: letters stay in the database (1).\n"
    assert said.out.startswith("Letters: 0 sealed")
    assert post.owed == ["owed"]


def test_a_restored_outbox_is_resumed_on_request(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert main(["worker", "--resume"]) == 0
    assert main(["worker", "--resume"]) == 0
    assert capsys.readouterr().out == "Letters go out again.\nThe outbox was not paused.\n"
    assert main(["worker", "--resume", "--json"]) == 0
    assert capsys.readouterr().out == '{"resumed": false}\n'


def test_the_worker_runs_until_it_is_told_to_end(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[int, object] = {}

    def ended(_: Parts, stop: Event) -> None:
        handlers[signal.SIGTERM](signal.SIGTERM, None)  # type: ignore[operator]
        assert stop.is_set()

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(logs, "configure", lambda _: None)
    monkeypatch.setattr(worker, "run", ended)
    assert main(["worker"]) == 0
    assert set(handlers) == {signal.SIGTERM, signal.SIGINT}
