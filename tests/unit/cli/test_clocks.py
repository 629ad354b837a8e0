import json
from datetime import UTC, datetime

import pytest

from clinic import wiring
from clinic.cli.main import main
from clinic.db.tables.visits import appointment
from tests.db.post import Post
from tests.world import build


@pytest.fixture
def post(environment: str, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A visit that was promised for nine, in a zone whose clock now shows ten."""
    monkeypatch.setattr(wiring, "now", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    database = wiring.open_database(wiring.settings())
    made = Post(database, build(database)).book()
    with database.begin() as unit:
        unit.connection.execute(appointment.update().values(wall="2026-11-23T09:00"))
    return made


def test_nothing_is_listed_while_every_promise_holds(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["time", "accept", "--all", "--keep", "instant"]) == 0
    assert main(["time", "check"]) == 0
    assert "takes place when its patient was told" in capsys.readouterr().out


def test_what_parts_is_listed_and_settled_one_by_one(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["time", "check"]) == 1
    told = capsys.readouterr().out
    assert told == f"{post.public_id}  Ada Adler1, Europe/Berlin: promised 2026-11-23 09:00, now 2026-11-23 10:00\n"
    assert main(["time", "check", "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)["visits"]
    assert (row["visit"], row["promised"], row["shows"]) == (post.public_id, "2026-11-23T09:00", "2026-11-23T10:00")
    assert main(["time", "accept", post.public_id, "--keep", "wall"]) == 0
    assert capsys.readouterr().out == "1 visits settled.\n"
    assert main(["time", "check"]) == 0


def test_an_unknown_visit_is_a_fault(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["time", "accept", "nobody", "--keep", "wall"]) == 2
    assert "visit" in capsys.readouterr().err
