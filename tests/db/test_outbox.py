import pytest
from sqlalchemy import update

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
def post(database: Database) -> Post:
    return Post(database, build(database)).book()


def test_a_held_letter_can_go_at_once(post: Post) -> None:
    public_id = post.rows(obligation)[0].public_id
    outbox.send_now(post.database.begin, public_id, actor=ACTOR, now=post.now)
    assert post.seal() == Sealing(sealed=1)
    assert post.rows(audit)[-1].act == "letter.hastened"
    with pytest.raises(NotFound):
        outbox.send_now(post.database.begin, public_id, actor=ACTOR, now=post.now)


def test_a_restored_outbox_waits_for_somebody_to_resume_it(post: Post) -> None:
    with post.database.begin() as unit:
        unit.connection.execute(update(practice).values(outbox_paused=True))
    assert post.after_the_hold() == Sealing()
    assert outbox.resume(post.database.begin, actor=ACTOR, now=post.now) is True
    assert outbox.resume(post.database.begin, actor=ACTOR, now=post.now) is False
    assert post.seal() == Sealing(sealed=1)
    assert post.rows(audit)[-1].act == "outbox.resumed"


def test_who_may_not_send_changes_nothing(post: Post) -> None:
    with pytest.raises(Forbidden):
        outbox.send_now(post.database.begin, "x", actor=NOBODY, now=post.now)
    with pytest.raises(Forbidden):
        outbox.resume(post.database.begin, actor=NOBODY, now=post.now)


def test_the_mailbox_tells_held_sent_and_failed_apart(post: Post) -> None:
    post.run().book(THURSDAY)
    post.after_the_hold()
    post.fates.append(Outcome(Fate.REFUSED, code=554))
    post.deliver()
    post.move(THURSDAY + 12)
    with post.database.read() as unit:
        assert rows.counts(unit.connection) == (1, 1, 1)
        (held,) = rows.held(unit.connection, most=9, skip=0)
        assert (held.starts, held.status) == (THURSDAY + 12, "booked")
        (failed,) = rows.filed(unit.connection, rows.STATES["failed"], most=9, skip=0)
        assert failed.fault == "refused 554"
        (sent,) = rows.filed(unit.connection, rows.STATES["sent"], most=9, skip=0)
        found, payload = rows.letter(unit.connection, sent.message_id[1:33])
        assert (found, payload) == (sent, post.sent[0])
        with pytest.raises(NotFound):
            rows.letter(unit.connection, "%")
