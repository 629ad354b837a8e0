"""Sending what is sealed: every fate, every crash, in order and never lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from clinic.db.messages import deliveries, seals
from clinic.db.tables.access import audit
from clinic.db.tables.messages import seal, task
from clinic.db.tables.patients import patient
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.visits.visit import Status
from clinic.mail.outcome import Fate, Outcome
from clinic.services.messages import deliver
from tests.db.post import MONDAY, THURSDAY, Post
from tests.world import build


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    made = Post(sqlite_database, build(sqlite_database)).book()
    made.after_the_hold()
    return made


@pytest.fixture
def both(database: Database) -> Post:
    made = Post(database, build(database)).book()
    made.after_the_hold()
    return made


def failing(post: Post, fate: Fate, *, reached: bool = False, code: int | None = None) -> Any:
    """One attempt that ends so; the seal afterwards."""
    post.fates.append(Outcome(fate, reached, code, "no such user ada1@example.org"))
    assert post.deliver() is fate
    return post.rows(seal)[0]


def test_a_sealed_letter_is_sent_once(both: Post) -> None:
    assert (both.deliver(), both.deliver()) == (Fate.SENT, None)
    (row,) = both.rows()
    assert (row.state, row.sent_at, row.tries, row.lease_by) == ("sent", both.now, 1, None)


def test_a_refusal_for_now_is_tried_again_with_the_same_bytes(post: Post) -> None:
    row = failing(post, Fate.RETRY, code=451)
    assert (row.state, row.tries, row.fault) == ("sealed", 1, "retry 451")
    assert row.next_at == post.now + timedelta(minutes=1)
    assert post.deliver() is None
    assert post.later(minutes=1).deliver() is Fate.SENT
    assert post.sent[0] == post.sent[1]


def test_an_unanswered_letter_may_have_arrived_and_is_sent_again(post: Post) -> None:
    assert failing(post, Fate.UNKNOWN, reached=True).state == "unknown"
    post.later(minutes=1)
    assert failing(post, Fate.RETRY).state == "unknown"
    assert post.later(minutes=2).deliver() is Fate.SENT
    assert len(set(post.sent)) == 1


def test_a_letter_is_given_up_by_age_and_leaves_a_task(post: Post) -> None:
    tries = 0
    while (row := failing(post, Fate.RETRY)).state == "sealed":
        tries += 1
        post.now = row.next_at
    assert (row.state, tries) == ("dead", 25)
    assert post.now - row.stamped_at >= timedelta(hours=72)
    assert [(left.kind, left.detail) for left in post.rows(task)] == [("mail_too_old", {"seal": row.id})]


def test_a_bad_address_is_marked_and_told_to_the_front_desk(both: Post) -> None:
    assert failing(both, Fate.BAD_ADDRESS, code=550).state == "dead"
    assert [row.email_state for row in both.rows(patient)] == ["bad", "unproven"]
    (left,) = both.rows(task)
    assert (left.kind, left.patient_id, left.appointment_id) == ("mail_bad_address", both.world.patients[0], 1)
    assert both.rows(audit)[-1].act == "patient.address_bad"
    both.move(THURSDAY).run()
    assert len(both.rows()) == 1


def test_an_address_that_was_corrected_meanwhile_stays_good(post: Post) -> None:
    post.patient(email="ada@elsewhere.example")
    failing(post, Fate.BAD_ADDRESS)
    assert post.rows(patient)[0].email_state == "unproven"


def test_a_letter_nobody_wants_is_dead_and_the_address_is_not(post: Post) -> None:
    assert failing(post, Fate.REFUSED, code=554).state == "dead"
    assert [left.kind for left in post.rows(task)] == ["mail_refused"]
    assert post.rows(patient)[0].email_state == "unproven"


def test_an_unclear_refusal_is_tried_three_times(post: Post) -> None:
    for state in ("sealed", "sealed", "dead"):
        assert failing(post, Fate.UNCLEAR, code=500).state == state
        post.later(hours=1)
    assert [left.kind for left in post.rows(task)] == ["mail_unclear"]


def test_a_fault_of_the_server_pauses_everything_and_uses_up_no_try(both: Post) -> None:
    both.book(THURSDAY).after_the_hold()
    assert failing(both, Fate.PAUSED, code=421).tries == 0
    assert both.deliver() is None
    both.later(minutes=1)
    assert both.deliver() is Fate.SENT
    assert both.states == ["sealed", "sent"]
    assert both.later(seconds=1).deliver() is Fate.SENT


def test_a_paused_outbox_sends_nothing(both: Post) -> None:
    with both.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert both.deliver() is None


class Killed(Exception):
    """The process ended here."""


def killed(*_: Any, **__: Any) -> Any:
    raise Killed


def test_a_crash_before_sending_loses_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Post, "send", killed)
    with pytest.raises(Killed):
        post.deliver()
    monkeypatch.undo()
    assert (post.states, post.deliver()) == (["leased"], None)
    assert post.later(minutes=5).deliver() is Fate.SENT
    assert post.states == ["sent"]


def test_a_crash_after_sending_sends_the_same_bytes_again(both: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_settle", killed)
    with pytest.raises(Killed):
        both.deliver()
    monkeypatch.undo()
    both.later(minutes=5).deliver()
    assert (both.states, len(both.sent), len(set(both.sent))) == (["sent"], 2, 1)


def test_after_a_crash_a_letter_may_have_arrived_and_holds_back_the_next(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "_settle", killed)
    with pytest.raises(Killed):
        post.deliver()
    monkeypatch.undo()
    post.move(THURSDAY).later(minutes=5).seal()
    assert post.states == ["leased"]
    assert failing(post, Fate.PAUSED).state == "unknown"
    post.later(minutes=2).seal()
    assert post.states == ["unknown"]
    post.deliver()
    post.seal()
    post.deliver()
    assert post.letters == [("REQUEST", 0, "ada1@example.org"), ("REQUEST", 1, "ada1@example.org")]
    assert post.states == ["sent", "sent"]


def test_who_lost_the_lease_settles_nothing(both: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(sender: str, recipient: str, payload: bytes) -> Outcome:
        monkeypatch.undo()
        both.later(minutes=5)
        assert both.deliver() is Fate.SENT
        return Outcome(Fate.BAD_ADDRESS)

    monkeypatch.setattr(both, "send", slow)
    both.deliver()
    assert (both.states, both.rows(task)) == (["sent"], [])


def test_two_workers_do_not_take_the_same_letter(both: Post) -> None:
    both.book(THURSDAY).after_the_hold()
    with both.database.begin() as unit:
        until = both.now + timedelta(minutes=5)
        taken = [deliveries.lease(unit.connection, by=by, now=both.now, until=until) for by in "abc"]
    assert [one and one.id for one in taken] == [1, 2, None]


def test_a_crash_at_any_write_of_sealing_loses_nothing(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything of one obligation is in one commit: killed before it, all of it is still owed."""
    post.deliver()
    post.move(THURSDAY).later(seconds=180)
    for name in ("settle", "add", "add_link"):
        monkeypatch.setattr(seals, name, killed)
        with pytest.raises(Killed):
            post.seal()
        monkeypatch.undo()
        assert (post.owed, post.states) == (["sealed", "owed"], ["sent"])
    post.seal()
    post.deliver()
    assert post.states == ["sent", "sent"]


def test_letters_about_one_visit_arrive_in_the_order_of_its_changes(post: Post) -> None:
    post.fates += [Outcome(Fate.RETRY), Outcome(Fate.UNKNOWN, True), Outcome(Fate.PAUSED)] * 3
    for starts in (THURSDAY, MONDAY, THURSDAY):
        post.move(starts).run().later(minutes=20)
        post.run()
    post.turn(Status.CANCELLED)
    for _ in range(40):
        post.run().later(hours=1)
    arrived = list(dict.fromkeys(post.sent))
    assert [row.state for row in post.rows()][-1] == "sent"
    sent = [row.payload for row in post.rows() if row.state == "sent"]
    assert [payload for payload in arrived if payload in sent] == sent
