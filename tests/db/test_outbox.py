from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.db import state
from clinic.db.messages import outbox as rows
from clinic.db.tables.access import audit
from clinic.db.tables.messages import obligation
from clinic.db.tables.practice import practice
from clinic.db.unit import Database
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Forbidden, NotFound
from clinic.mail.outcome import Fate, Outcome
from clinic.services.messages import outbox
from clinic.services.messages.seal import Sealing
from tests.db.post import THURSDAY, Post
from tests.world import ACTOR, build

NOBODY = Actor("account:x", frozenset())


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    return Post(sqlite_database, build(sqlite_database)).book()


@pytest.fixture
def both(database: Database) -> Post:
    return Post(database, build(database)).book()


def test_a_held_letter_can_go_at_once(both: Post) -> None:
    public_id = both.rows(obligation)[0].public_id
    outbox.send_now(both.database.begin, public_id, actor=ACTOR, now=both.now)
    assert both.seal() == Sealing(sealed=1)
    assert both.rows(audit)[-1].act == "letter.hastened"
    with pytest.raises(NotFound):
        outbox.send_now(both.database.begin, public_id, actor=ACTOR, now=both.now)


def test_a_restored_outbox_waits_for_somebody_to_resume_it(both: Post) -> None:
    with both.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert both.after_the_hold() == Sealing()
    assert outbox.resume(both.database.begin, actor=ACTOR, now=both.now) is True
    assert outbox.resume(both.database.begin, actor=ACTOR, now=both.now) is False
    assert both.seal() == Sealing(sealed=1)
    assert both.rows(audit)[-1].act == "outbox.resumed"


def test_who_may_not_send_changes_nothing(post: Post) -> None:
    with pytest.raises(Forbidden):
        outbox.send_now(post.database.begin, "x", actor=NOBODY, now=post.now)
    with pytest.raises(Forbidden):
        outbox.resume(post.database.begin, actor=NOBODY, now=post.now)


def test_the_mailbox_tells_held_sent_and_failed_apart(both: Post) -> None:
    both.run().book(THURSDAY)
    both.after_the_hold()
    both.fates.append(Outcome(Fate.REFUSED, code=554))
    both.deliver()
    both.move(THURSDAY + 12)
    with both.database.read() as unit:
        assert rows.counts(unit.connection) == (1, 1, 1)
        (held,) = rows.held(unit.connection, most=9, skip=0)
        assert (held.starts, held.status) == (THURSDAY + 12, "booked")
        (failed,) = rows.filed(unit.connection, rows.STATES["failed"], most=9, skip=0)
        assert failed.fault == "refused 554"
        (sent,) = rows.filed(unit.connection, rows.STATES["sent"], most=9, skip=0)
        found, payload = rows.letter(unit.connection, sent.message_id[1:33])
        assert (found, payload) == (sent, both.sent[0])
        with pytest.raises(NotFound):
            rows.letter(unit.connection, "%")


def late(post: Post) -> tuple[int, timedelta | None]:
    """How many letters should have left, and how long ago the oldest."""
    with post.database.read() as unit:
        found = state.outbox(unit.connection, post.now)
    return found.due, None if found.oldest_due_at is None else post.now - found.oldest_due_at


def test_what_the_server_never_took_is_late_however_often_it_is_put_off(both: Post) -> None:
    assert late(both) == (0, None)
    both.later(minutes=3)
    assert late(both) == (1, timedelta(0))
    both.seal()
    for _ in range(3):
        both.fates.append(Outcome(Fate.PAUSED))
        both.deliver()
        both.later(minutes=2)
    both.fates.append(Outcome(Fate.PAUSED))
    both.deliver()
    assert late(both) == (1, timedelta(minutes=6))


def test_a_letter_that_cannot_be_written_is_late_and_one_refused_for_now_is_not(both: Post) -> None:
    with both.database.begin() as unit:
        unit.connection.execute(update(practice).values(sender="no address"))
    both.after_the_hold()
    both.later(minutes=30)
    assert late(both) == (1, timedelta(minutes=33))
    with both.database.begin() as unit:
        unit.connection.execute(update(practice).values(sender="visits@clinic.test"))
    both.later(hours=1).seal()
    both.fates.append(Outcome(Fate.RETRY))
    both.deliver()
    assert late(both) == (0, None)
