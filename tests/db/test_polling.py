"""The mailbox of answers, looked through by one worker at a time, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from clinic.db.messages import jobs
from clinic.db.tables import messages
from clinic.db.unit import Database
from clinic.mail.imap import Handle, Mark, Unreachable
from clinic.services.messages import polling
from clinic.services.messages.polling import AFTER_TROUBLE, EVERY, LEASE, poll_due
from clinic.worker.parts import Parts
from clinic.worker.polling import poll_once
from tests.db.inbox import Inbox
from tests.db.post import URL, Post
from tests.world import build


@dataclass
class Box:
    """A mailbox whose mails have the UIDs 1, 2, 3 …"""

    mails: list[bytes] = field(default_factory=list)
    handled: list[int] = field(default_factory=list)
    broken: BaseException | None = None

    def look(self, mark: Mark, handle: Handle) -> Iterator[Mark]:
        if self.broken is not None:
            raise self.broken
        for uid, raw in enumerate(self.mails, 1):
            if uid > mark.uid:
                if handle(raw):
                    self.handled.append(uid)
                yield Mark(7, uid)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(Post(database, build(database), plus=True).book().run())


def poll(inbox: Inbox, box: Box) -> int:
    given = inbox.post.database
    return poll_due(given.begin, given.read, box, now=lambda: inbox.post.now)


def test_answers_are_taken_and_everything_else_is_left(inbox: Inbox) -> None:
    inbox.post.later(hours=1)
    box = Box(
        [b"Subject: hello\r\n\r\nCan I bring my dog?", inbox.mail("DECLINED"), inbox.mail(sender="eve@example.net")]
    )
    assert poll(inbox, box) == 1
    assert box.handled == [2]
    assert inbox.state == ("booked", "declined")


def test_a_mailbox_is_looked_through_every_minute_from_where_it_was(inbox: Inbox) -> None:
    box = Box([inbox.mail("TENTATIVE")])
    inbox.post.later(seconds=1)
    assert poll(inbox, box) == 1
    box.mails.append(inbox.mail("ACCEPTED"))
    assert poll(inbox, box) == 0
    inbox.post.later(seconds=EVERY.total_seconds())
    assert poll(inbox, box) == 1
    assert box.handled == [1, 2]
    assert len(inbox.post.rows(messages.job)) == 1


def test_a_worker_that_died_is_replaced_and_a_mail_met_twice_counts_once(inbox: Inbox) -> None:
    box = Box([inbox.mail("DECLINED")])
    inbox.post.later(seconds=1)
    given = inbox.post.database
    with given.begin() as unit:
        jobs.put(unit.connection, polling.JOB, polling.JOB, inbox.post.now)
        jobs.claim(unit.connection, (polling.JOB,), by="dead", now=inbox.post.now, until=inbox.post.now + LEASE)
    inbox.gets(box.mails[0])  # as far as the dead one got
    assert poll(inbox, box) == 0
    inbox.post.later(seconds=LEASE.total_seconds())
    assert poll(inbox, box) == 0
    assert box.handled == [1]
    assert inbox.tasks == [("visit_declined", "open")]


def test_a_mail_server_in_trouble_is_left_alone_for_a_while(inbox: Inbox) -> None:
    box = Box([inbox.mail("DECLINED")], broken=Unreachable("error"))
    inbox.post.later(seconds=1)
    assert poll(inbox, box) == 0
    box.broken = None
    inbox.post.later(seconds=EVERY.total_seconds())
    assert poll(inbox, box) == 0
    inbox.post.later(seconds=AFTER_TROUBLE.total_seconds())
    assert poll(inbox, box) == 1


def test_a_mail_that_nobody_can_handle_holds_up_no_other(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    real = polling.receive

    def receive(*args: object, **kwargs: object) -> object:
        if args[2] == b"poison":
            raise ZeroDivisionError
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(polling, "receive", receive)
    inbox.post.later(seconds=1)
    assert poll(inbox, Box([b"poison", inbox.mail("ACCEPTED", stamp=inbox.post.now)])) == 1


def test_a_mail_is_met_again_when_the_database_was_gone(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> object:
        raise OperationalError("select", {}, Exception("gone"))

    inbox.post.later(seconds=1)
    box = Box([inbox.mail("ACCEPTED")])
    with monkeypatch.context() as patch:
        patch.setattr(polling, "receive", gone)
        with pytest.raises(OperationalError):
            poll(inbox, box)
    inbox.post.later(seconds=LEASE.total_seconds())
    assert poll(inbox, box) == 1


def parts(inbox: Inbox, box: Box | None) -> Parts:
    given = inbox.post.database
    return Parts(given.begin, given.read, lambda: inbox.post.now, URL, None, lambda: 0.5, inbox=box)


def test_a_worker_outlives_whatever_its_mailbox_does(inbox: Inbox) -> None:
    assert poll_once(parts(inbox, None)) == 0
    for trouble in (OperationalError("select", {}, Exception("gone")), ZeroDivisionError()):
        inbox.post.later(seconds=LEASE.total_seconds())
        assert poll_once(parts(inbox, Box(broken=trouble))) == 0
    inbox.post.later(seconds=LEASE.total_seconds())
    assert poll_once(parts(inbox, Box([inbox.mail()]))) == 1


def test_the_time_of_an_answer_is_told_from_the_clock_at_hand(inbox: Inbox) -> None:
    stamps: list[datetime] = []

    def now() -> datetime:
        stamps.append(inbox.post.now + timedelta(seconds=len(stamps)))
        return stamps[-1]

    given = inbox.post.database
    assert poll_due(given.begin, given.read, Box([inbox.mail()]), now=now) == 1
    assert len(stamps) == 3
