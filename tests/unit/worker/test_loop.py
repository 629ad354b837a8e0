from threading import Event

import pytest
from sqlalchemy.exc import OperationalError

from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from clinic.mail.kept import Kept
from clinic.mail.outcome import Fate, Outcome
from clinic.mail.page import read
from clinic.mail.transports import Transport, transport_from
from clinic.worker import loop
from clinic.worker.loop import Counts, run, run_once
from clinic.worker.parts import Parts
from tests.db.post import THURSDAY, URL, Post
from tests.unit.mail.smtp_server import Script, serving
from tests.world import build


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    return Post(sqlite_database, build(sqlite_database))


def parts(post: Post, transport: Transport | None) -> Parts:
    database = post.database
    return Parts(database.begin, database.read, lambda: post.now, URL, transport, lambda: 0.5)


def test_a_round_seals_and_sends_what_is_due(post: Post) -> None:
    post.book().book(THURSDAY)
    assert run_once(parts(post, post)).idle
    post.later(seconds=180)
    assert run_once(parts(post, post)) == Counts(sealed=3, sent=3)
    post.turn(Status.CANCELLED).later(seconds=180)
    assert run_once(parts(post, post)) == Counts(sealed=1, sent=1)


def test_without_a_transport_letters_stay_owed(post: Post) -> None:
    post.book().later(hours=1)
    assert run_once(parts(post, None)).idle
    assert post.owed == ["owed"]


def test_a_demo_keeps_its_letters(post: Post) -> None:
    post.book().later(seconds=180)
    assert run_once(parts(post, Kept())) == Counts(sealed=1, sent=1)


def test_a_round_ends_when_the_server_fails(post: Post) -> None:
    post.book().book(THURSDAY).later(seconds=180)
    post.fates.append(Outcome(Fate.PAUSED))
    assert run_once(parts(post, post)) == Counts(sealed=3, failed=1)
    assert len(post.sent) == 1


def test_a_round_leaves_time_for_others(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MOST", 1)
    post.book().book(THURSDAY).later(seconds=180)
    assert run_once(parts(post, post)) == Counts(sealed=3, sent=1)


class Stop(Event):
    """Stops after the given number of rests, and remembers how long they would have been."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after, self.rests = after, list[float | None]()

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout)
        if len(self.rests) == self.after:
            self.set()
        return self.is_set()


def test_the_loop_rests_only_when_nothing_was_sent(post: Post) -> None:
    post.book().later(seconds=180)
    stop = Stop(2)
    run(parts(post, post), stop)
    assert stop.rests == [0, 1.0]


@pytest.mark.parametrize("trouble", [OperationalError("select", {}, Exception("gone")), RuntimeError("odd")])
def test_the_loop_outlives_trouble(post: Post, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fails(_: Parts) -> Counts:
        monkeypatch.undo()
        raise trouble

    monkeypatch.setattr(loop, "run_once", fails)
    post.book().later(seconds=180)
    stop = Stop(3)
    run(parts(post, post), stop)
    assert stop.rests == [10.0, 0, 1.0]
    assert post.states == ["sent"]


def test_an_invitation_its_update_and_its_cancellation_reach_a_real_server(post: Post) -> None:
    script = Script()
    with serving(script) as port:
        mine = parts(post, transport_from(f"smtp://127.0.0.1:{port}"))
        for change in (lambda: post.book(), lambda: post.move(THURSDAY), lambda: post.turn(Status.CANCELLED)):
            change()
            post.later(seconds=180)
            assert run_once(mine).sent == 1
    assert [(mail.sender, mail.recipients) for mail in script.received] == [
        ("visits@clinic.test", ["ada1@example.org"])
    ] * 3
    calendars = [read(mail.payload).calendar or b"" for mail in script.received]
    for sequence, (method, calendar) in enumerate(zip(("REQUEST", "REQUEST", "CANCEL"), calendars, strict=True)):
        for line in (f"METHOD:{method}", f"SEQUENCE:{sequence}", f"UID:{post.visit.uid}"):
            assert f"{line}\r\n".encode() in calendar
